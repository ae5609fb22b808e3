"""WARC and ARC files: the archive of our own captures, and files full of others' copies.

Home of fastwarc (reading) and warcio (writing).
"""

from checker.adapters.warc.archive import WarcArchive
from checker.adapters.warc.copies import WarcCopies
from checker.adapters.warc.loading import load, record_at, representation, taken
from checker.adapters.warc.objects import ObjectArchive
from checker.adapters.warc.package import wacz_package
from checker.adapters.warc.records import instant
from checker.adapters.warc.verifying import verify

__all__ = [
    "ObjectArchive",
    "WarcArchive",
    "WarcCopies",
    "instant",
    "load",
    "record_at",
    "representation",
    "taken",
    "verify",
    "wacz_package",
]
