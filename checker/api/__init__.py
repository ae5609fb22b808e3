"""The public functions, exported lazily from ``checker``: ``from checker import extract_dates``.

``pages`` and ``comparing`` are pure; ``auditing`` reads files and fetches.
"""
