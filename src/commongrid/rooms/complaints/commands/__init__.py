"""The writes of the complaints room."""
