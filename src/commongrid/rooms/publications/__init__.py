"""What bodies publish: how powers are used, and the affairs of villages and communities."""
