"""The pages and documents of the map door."""
