"""The staff door: log in, prove it is you, and look after your own account."""
