"""What tests share. Factories that walk real commands live beside their rooms."""
