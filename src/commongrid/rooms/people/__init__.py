"""People: accounts, appointments, mandates and contacts."""
