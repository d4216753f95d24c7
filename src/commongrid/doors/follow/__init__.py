"""Feeds and subscriptions."""
