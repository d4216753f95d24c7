"""What may be done with places; every function is one exercise of authority and one act."""
