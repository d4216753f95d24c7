"""What changes the rows of this room."""
