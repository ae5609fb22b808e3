"""The notice on a copy: what it says, how it looks, how it gets into the bytes and out again."""

from checker.stages.banner.blocks import Keyring, key_name
from checker.stages.banner.compose import compose
from checker.stages.banner.policy import allows_style, style_hash, unstyled
from checker.stages.banner.render import ident, render, stylesheet
from checker.stages.banner.samples import Sample, samples
from checker.stages.banner.served import headers
from checker.stages.banner.splice import Bearing, bearing, bears, obstacle, peel, splice, strip
from checker.stages.banner.words import safe_link

__all__ = [
    "Bearing",
    "Keyring",
    "Sample",
    "allows_style",
    "bearing",
    "bears",
    "compose",
    "headers",
    "ident",
    "key_name",
    "obstacle",
    "peel",
    "render",
    "safe_link",
    "samples",
    "splice",
    "strip",
    "style_hash",
    "stylesheet",
    "unstyled",
]
