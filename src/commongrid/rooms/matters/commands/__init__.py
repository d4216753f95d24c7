"""Commands of the matters room: every write, one file a verb family."""
