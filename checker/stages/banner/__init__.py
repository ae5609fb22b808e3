"""The notice on a copy: what it says, how it looks, how it gets into the bytes and out again."""

from checker.stages.banner.blocks import UNKEYED, Keyring, key_name
from checker.stages.banner.compose import compose
from checker.stages.banner.policy import allows_style, style_hash, unstyled
from checker.stages.banner.render import ident, render, stylesheet
from checker.stages.banner.served import headers
from checker.stages.banner.splice import Bearing, bearing, obstacle, peel, splice, strip

__all__ = [
    "UNKEYED",
    "Bearing",
    "Keyring",
    "allows_style",
    "bearing",
    "compose",
    "headers",
    "ident",
    "key_name",
    "obstacle",
    "peel",
    "render",
    "splice",
    "strip",
    "style_hash",
    "stylesheet",
    "unstyled",
]
