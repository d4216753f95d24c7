"""Stories: commands that touch two rooms or more."""
