"""Politeness: robots.txt, one request per host at a time, delays, and staying away when asked."""

from checker.adapters.robots.polite import PoliteHttp
from checker.adapters.robots.retry import retry_after
from checker.adapters.robots.rules import Rules

__all__ = ["PoliteHttp", "Rules", "retry_after"]
