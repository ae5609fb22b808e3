"""Notices put into a site's pages as they are served: WSGI and ASGI.

    application = WsgiNotices(application, from_config("checker.toml"))
    app = AsgiNotices(app, from_config("checker.toml"))

``fields`` is what becomes of header fields, ``insert`` of the body; ``site`` knows which address of
the site is which article. A page without a notice passes through untouched, and so does every
answer that is no complete HTML page. Whatever goes wrong, the page goes out as it came.
"""

from checker.entry.middleware.asgi import AsgiNotices
from checker.entry.middleware.site import Site, from_config
from checker.entry.middleware.wsgi import WsgiNotices

__all__ = ["AsgiNotices", "Site", "WsgiNotices", "from_config"]
