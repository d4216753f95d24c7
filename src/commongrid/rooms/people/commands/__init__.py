"""Writes of the people room; each is one act in the ledger."""
