"""The archive freshness checker: which archived articles are outdated, and how we know."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from checker.api import extract_dates, extract_text

__version__ = "0.1.0"

_LAZY = {"extract_dates": "checker.api", "extract_text": "checker.api"}

__all__ = ["__version__", "extract_dates", "extract_text"]


def __getattr__(name: str) -> Any:
    """Load the public functions when they are asked for: importing the package imports none."""
    if name in _LAZY:
        return getattr(import_module(_LAZY[name]), name)
    raise AttributeError(f"module 'checker' has no attribute {name!r}")
