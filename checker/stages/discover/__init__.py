"""Where articles are: feeds, sitemaps, lists, and the addresses that saved pages name.

Pure parsing of bytes that somebody fetched or read; home of feedparser.
"""

from checker.stages.discover.feed import MAX_BYTES as MAX_FEED
from checker.stages.discover.feed import parse_feed
from checker.stages.discover.kinds import endpoint, parse
from checker.stages.discover.listing import Listing, web_uri
from checker.stages.discover.lists import parse_line, parse_list
from checker.stages.discover.origin import original_uri
from checker.stages.discover.prolog import kind_of
from checker.stages.discover.sitemap import MAX_CHILDREN, parse_sitemap
from checker.stages.discover.wordpress import in_vain, narrowed, next_page, parse_wordpress

__all__ = [
    "MAX_CHILDREN",
    "MAX_FEED",
    "Listing",
    "endpoint",
    "in_vain",
    "kind_of",
    "narrowed",
    "next_page",
    "original_uri",
    "parse",
    "parse_feed",
    "parse_line",
    "parse_list",
    "parse_sitemap",
    "parse_wordpress",
    "web_uri",
]
