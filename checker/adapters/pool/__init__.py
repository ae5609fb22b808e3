"""Worker processes for documents that nobody vouches for (port ``Workers``)."""

from checker.adapters.pool.limits import Limits
from checker.adapters.pool.pool import ProcessPool

__all__ = ["Limits", "ProcessPool"]
