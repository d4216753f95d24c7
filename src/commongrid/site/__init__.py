"""The site: settings, root addresses, management commands and the pages under /-/."""
