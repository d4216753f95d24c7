"""Pure rules of the findings room."""
