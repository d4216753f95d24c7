"""The pure rules of the fieldwork room."""
