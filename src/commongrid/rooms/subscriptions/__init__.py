"""The subscriptions room."""
