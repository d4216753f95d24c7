"""Matters: what is raised, who answers for it, what was promised."""
