"""A body is decoded and parsed here, once; the one home of the HTML parser (lexbor)."""

from checker.stages.page.about import ARTICLE_TYPES, About, about, main_objects
from checker.stages.page.blocks import Box, Layout, Seen
from checker.stages.page.linked import Linked
from checker.stages.page.parse import Page, Unreadable, parse
from checker.stages.page.tree import (
    Node,
    Tree,
    ancestors,
    attribute,
    build,
    fold,
    text_of,
)

__all__ = [
    "ARTICLE_TYPES",
    "About",
    "Box",
    "Layout",
    "Linked",
    "Node",
    "Page",
    "Seen",
    "Tree",
    "Unreadable",
    "about",
    "ancestors",
    "attribute",
    "build",
    "fold",
    "main_objects",
    "parse",
    "text_of",
]
