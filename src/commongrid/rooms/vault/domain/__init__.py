"""Pure rules of the vault room."""
