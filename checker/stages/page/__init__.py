"""A body is decoded and parsed here, once; the one home of the HTML parser (lexbor)."""

from checker.stages.page.about import ARTICLE_TYPES, About, about, addresses, main_objects
from checker.stages.page.blocks import Box, Layout, Seen, any_of
from checker.stages.page.linked import Linked
from checker.stages.page.outline import is_inside, outline, without_scripts
from checker.stages.page.parse import Page, Unreadable, decoded, parse, parse_decoded
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
    "addresses",
    "ancestors",
    "any_of",
    "attribute",
    "build",
    "decoded",
    "fold",
    "is_inside",
    "main_objects",
    "outline",
    "parse",
    "parse_decoded",
    "text_of",
    "without_scripts",
]
