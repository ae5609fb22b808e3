"""The archive freshness checker: which archived articles are outdated, and how we know."""

__version__ = "0.1.0"
