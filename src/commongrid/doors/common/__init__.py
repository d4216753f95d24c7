"""What all doors share: the look, the gates, the limits on knocking."""
