"""The archive freshness checker: which archived articles are outdated, and how we know."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from checker.api.auditing import audit
    from checker.api.claiming import find_claims
    from checker.api.comparing import compare
    from checker.api.pages import extract_dates, extract_text

__version__ = "0.1.0"

__all__ = ["__version__", "audit", "compare", "extract_dates", "extract_text", "find_claims"]

_LAZY = {
    "audit": "checker.api.auditing",
    "compare": "checker.api.comparing",
    "extract_dates": "checker.api.pages",
    "extract_text": "checker.api.pages",
    "find_claims": "checker.api.claiming",
}


def __getattr__(name: str) -> Any:
    """Load the public functions when they are asked for: importing the package imports none."""
    if name in _LAZY:
        return getattr(import_module(_LAZY[name]), name)
    raise AttributeError(f"module 'checker' has no attribute {name!r}")
