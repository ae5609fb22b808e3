"""Mementos (RFC 7089): which one of many, where it is, and how it looked before it was replayed.

Pure parsing of what archives answer: TimeMaps, CDX servers of the Wayback Machine's and of pywb's
kind, CDX and CDXJ files.
"""

from checker.stages.memento.cdx import cdx_query, parse_cdx
from checker.stages.memento.endpoint import Endpoint, Kind, endpoint
from checker.stages.memento.forms import archived_at, raw_form, stamp, unwrapped
from checker.stages.memento.surt import surt
from checker.stages.memento.timemap import TimeMap, moment, parse_timemap, timemap_of
from checker.stages.memento.wanted import Capture, Wanted, When, choose, same_page, wanted

__all__ = [
    "Capture",
    "Endpoint",
    "Kind",
    "TimeMap",
    "Wanted",
    "When",
    "archived_at",
    "cdx_query",
    "choose",
    "endpoint",
    "moment",
    "parse_cdx",
    "parse_timemap",
    "raw_form",
    "same_page",
    "stamp",
    "surt",
    "timemap_of",
    "unwrapped",
    "wanted",
]
