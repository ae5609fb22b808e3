"""The doors: command line, daemon, demo, renderers."""
