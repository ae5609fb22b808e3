"""Fetching over HTTP/1.1: the only part of the product that opens connections to the web.

``limits`` says how much, ``client`` follows redirects, ``exchange`` makes one request, and
``transport`` connects through the address guard; ``watchdog`` ends what takes too long, ``meter``
what grows too large, and ``failures`` says in plain words what went wrong.
"""

from checker.adapters.http.client import RequestsHttp
from checker.adapters.http.limits import Access, FetchLimits, origin_of

__all__ = ["Access", "FetchLimits", "RequestsHttp", "origin_of"]
