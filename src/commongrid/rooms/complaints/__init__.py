"""Complaints about staff, units or the platform: they route around whoever they are about."""
