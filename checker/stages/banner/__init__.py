"""The notice on a copy: what it says, how it looks, how it gets into the bytes and out again."""

from checker.stages.banner.compose import compose
from checker.stages.banner.render import render
from checker.stages.banner.splice import is_edited, obstacle, peel, splice, strip

__all__ = ["compose", "is_edited", "obstacle", "peel", "render", "splice", "strip"]
