"""Bridges: rows -> arrays -> engine -> result. The only code that knows both sides."""
