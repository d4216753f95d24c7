"""A tiny invented charter, and copies of it with one mistake each."""
