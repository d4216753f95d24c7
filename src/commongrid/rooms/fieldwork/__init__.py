"""The fieldwork room."""
