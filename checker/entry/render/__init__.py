"""Reports as terminal tables, JSON, CSV and HTML."""
