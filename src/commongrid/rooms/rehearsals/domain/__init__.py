"""Pure rules of the rehearsals room."""
