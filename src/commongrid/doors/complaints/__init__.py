"""The door of complaints: the complainant without an account, and those who handle them."""
