"""What becomes of header fields where a notice is put into a page (RFC 9110).

A page with a notice is another representation than the one that the application knows: it gets an
entity tag of its own, and what describes the former bytes goes. ``Last-Modified`` goes, too: a
notice comes and goes without the page being modified, and a client that asked by date alone would
keep what it has for ever.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from checker.stages.banner import allows_style, style_hash

Fields = list[tuple[str, str]]

_MARK = "-ac."
_OURS = re.compile(r'((?:W/)?"[^"]*)-ac\.([0-9a-f]{12})"')
_TAGS = re.compile(r'(?:W/)?"[^"]*"|\*')
_HTML = frozenset({"text/html", "application/xhtml+xml"})
_CODINGS = frozenset({"", "identity", "gzip", "x-gzip"})
_POLICIES = frozenset({"content-security-policy", "content-security-policy-report-only"})
# Digests and lengths of the former bytes, ranges of them, and the date that stands for them.
_VOID = frozenset(
    ["accept-ranges", "content-md5", "content-digest", "repr-digest", "digest", "last-modified"]
)


def of(fields: Iterable[tuple[str, str]], name: str) -> str:
    """The first value of *name*; empty if there is none."""
    return next((value for key, value in fields if key.lower() == name), "")


# ── the question ──────────────────────────────────────────────────────────────────────────────


def asked(fields: Mapping[str, str], tag: str) -> dict[str, str | None]:
    """What the application is to see instead of some request *fields* (None: nothing).

    *tag* is that of the notice on this page, empty without one. The application knows its own
    entity tags only, and may call a page unmodified only to a client that has this very notice.
    """
    changes: dict[str, str | None] = {}
    known, conditional = fields.get("if-none-match", ""), False
    if known:
        kept = _known(known, tag)
        conditional = bool(kept)
        if kept != known:
            changes["if-none-match"] = kept or None
    if (tag or "if-none-match" in changes) and not conditional and "if-modified-since" in fields:
        changes["if-modified-since"] = None
    if _MARK in fields.get("if-range", ""):  # a part of a page with a notice: only whole
        changes |= {"if-range": None, "range": None}
    if tag and "accept-encoding" in fields:  # no coding that we would have to undo and can't
        gzip = re.search(r"\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))", fields["accept-encoding"])
        changes["accept-encoding"] = "gzip" if gzip else "identity"
    return changes


def _known(given: str, tag: str) -> str:
    """Those of a client's entity *given* tags that the application may compare with its own."""
    kept = []
    for one in _TAGS.findall(given):
        ours = _OURS.fullmatch(one)
        if ours is not None and ours[2] == tag:
            kept.append(f'{ours[1]}"')
        elif ours is None and (not tag or one == "*"):
            kept.append(one)
    return ", ".join(kept)


# ── the answer ────────────────────────────────────────────────────────────────────────────────


def injectable(status: int, fields: Sequence[tuple[str, str]]) -> bool:
    """Whether this answer is a complete HTML page that may be changed."""
    kind = of(fields, "content-type").partition(";")[0].strip().lower()
    return (
        status == 200
        and kind in _HTML
        and of(fields, "content-encoding").strip().lower() in _CODINGS
        and not of(fields, "content-disposition").lower().startswith("attachment")
        and "no-transform" not in of(fields, "cache-control").lower()
        and not of(fields, "content-range")
    )


def coded(fields: Sequence[tuple[str, str]]) -> bool:
    return of(fields, "content-encoding").strip().lower() in {"gzip", "x-gzip"}


def tagged(fields: Iterable[tuple[str, str]], tag: str) -> Fields:
    """With the notice in the entity tag: for 304, whose tag must be that of the page."""
    return [
        (name, _mark(value, tag) if name.lower() == "etag" else value) for name, value in fields
    ]


def _mark(value: str, tag: str) -> str:
    return f'{value[:-1]}{_MARK}{tag}"' if re.fullmatch(r'(?:W/)?"[^"]*"', value) else value


def changed(
    fields: Iterable[tuple[str, str]],
    fragment: str,
    tag: str,
    length: int | None,
    more: Iterable[tuple[str, str]] = (),
) -> Fields:
    """The fields of a page that bears *fragment* and is *length* bytes long, if that is known.

    *more* are set unless the application set them itself.
    """
    kept = [
        (name, _allowing(value, fragment) if name.lower() in _POLICIES else value)
        for name, value in tagged(fields, tag)
        if name.lower() not in _VOID and name.lower() != "content-length"
    ]
    if length is not None:
        kept.append(("Content-Length", str(length)))
    present = {name.lower() for name, _ in kept}
    return [*kept, *((name, value) for name, value in more if name.lower() not in present)]


def _allowing(value: str, fragment: str) -> str:
    """The policies in *value* (RFC 9110 joins them by commas), each with the styles let in."""
    return ", ".join(_with_style(policy.strip(), fragment) for policy in value.split(","))


def _with_style(policy: str, fragment: str) -> str:
    wanted = style_hash(fragment)
    if wanted is None or allows_style(policy, fragment):
        return policy
    directives = [one.strip() for one in policy.split(";") if one.strip()]
    names = [one.split()[0].lower() for one in directives]
    deciding = next(n for n in ("style-src-elem", "style-src", "default-src") if n in names)
    at = names.index(deciding)
    sources = [one for one in directives[at].split()[1:] if one.lower() != "'none'"]
    if deciding == "default-src":  # scripts and images are none of our business
        directives.append(" ".join(["style-src-elem", *sources, wanted]))
    else:
        directives[at] = " ".join([deciding, *sources, wanted])
    return "; ".join(directives)
