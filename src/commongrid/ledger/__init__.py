"""Append-only acts, outbox and transparency log; every room writes to it."""
