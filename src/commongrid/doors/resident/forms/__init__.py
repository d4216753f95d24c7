"""Forms of the resident door. They check shapes only; the commands decide."""
