"""Pure rules of the duties room."""
