"""Hostile text made fit for a terminal (faults E7)."""

import re

# ECMA-48: CSI, then strings (OSC, DCS, SOS, PM, APC) up to their terminator, then two-byte escapes.
_ESCAPES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f]).*?(?:\x1b\\|\x07|\x9c|$)"
    r"|\x9b[0-?]*[ -/]*[@-~]"
    r"|\x1b[ -/]*[0-~]?",
    re.DOTALL,
)
# C0 and C1 controls but tab and newline; bidi overrides that reorder what follows; surrogates.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_SURROGATES = re.compile("[\ud800-\udfff]")


def clean(text: str) -> str:
    """*text* without escape sequences, control characters, bidi overrides, lone surrogates."""
    return _SURROGATES.sub("\ufffd", _CONTROLS.sub("", _ESCAPES.sub("", text)))


def one_line(text: str, width: int | None = None) -> str:
    """*text* cleaned, white space folded; cut to *width* characters with an ellipsis."""
    folded = " ".join(clean(text).split())
    if width is not None and len(folded) > width:
        return folded[: max(width - 1, 0)] + "…"
    return folded
