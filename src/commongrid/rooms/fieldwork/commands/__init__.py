"""The writes of the fieldwork room."""
