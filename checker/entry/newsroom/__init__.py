"""A small news site on loopback, so that the checker has something real to watch.

``site`` serves it, ``stories`` holds its articles and what its editors do to them. The demo plays
three weeks of it; the shipped configuration watches the same newsroom in the daemon.
"""

from checker.entry.newsroom.site import Newsroom
from checker.entry.newsroom.stories import EDITS, Edit, Story, opening_stories

__all__ = ["EDITS", "Edit", "Newsroom", "Story", "opening_stories"]
