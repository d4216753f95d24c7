"""Pure rules of the subscriptions room."""
