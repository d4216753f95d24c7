"""Pure parts of the matters room: pictures, sealed data, words."""
