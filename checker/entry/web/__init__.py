"""Notices over HTTP: ``/api/v1/status``, ``/api/v1/notice``, ``banner.js``, ``/healthz``,
and the way out of mail: ``/unsubscribe/TOKEN``.

The home of Starlette and uvicorn (extra ``web``). Each module below gives its own routes; ``app``
puts them together, ``server`` runs them, ``opening`` ties them to a configuration.
"""
