"""The writes of the rehearsals room."""
