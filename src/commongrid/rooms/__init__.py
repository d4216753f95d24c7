"""The rooms: each keeps its own words, states and rules behind one face."""
