"""The power ledger: who may do what on which basis, how it was used, what bodies publish."""
