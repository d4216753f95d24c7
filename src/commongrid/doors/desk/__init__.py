"""The door of the town hall desk."""
