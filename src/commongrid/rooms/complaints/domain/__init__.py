"""Pure rules of the complaints room."""
