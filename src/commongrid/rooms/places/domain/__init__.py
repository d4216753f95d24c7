"""Pure rules of places: words, codes, frames, reading files, checking and locating outlines."""
