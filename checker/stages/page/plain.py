"""Plain text and Markdown, wrapped into escaped HTML so that every stage reads one kind of tree."""

import re
from html import escape

Front = tuple[tuple[str, str], ...]

_FENCES = {"---": ":", "+++": "="}
_BLANK = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_HEADING = re.compile(r"(#{1,6})[ \t]+([^\n]*?)[ \t]*#*$")
_ITEM = re.compile(r"(?:[-*+•]|\d{1,3}[.)])[ \t]+")
_MAX_FRONT = 200  # lines


def front_matter(source: str) -> tuple[Front, str]:
    """((key, value), …) of the lines between ``---`` (or ``+++``) fences, and what follows.

    Only the simple ``key: value`` form is read, lists of plain words, and nested keys as if they
    were not nested: nothing else of YAML or TOML says anything of dates or titles.
    """
    fence = source[:3]
    if fence not in _FENCES or not source[3:].lstrip(" \t\r").startswith("\n"):
        return (), source
    lines = source.split("\n", _MAX_FRONT)
    for number, line in enumerate(lines[1:], start=1):
        if line.strip() in ({fence, "..."} if fence == "---" else {fence}):
            rest = "\n".join(lines[number + 1 :])
            return tuple(_pairs(lines[1:number], _FENCES[fence])), rest
    return (), source


def _pairs(lines: list[str], separator: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    listing = False  # the last key has a list below it
    for line in lines:
        text = line.strip()
        if listing and text.startswith("- ") and ": " not in text:
            name, items = found[-1]
            found[-1] = name, ", ".join(filter(None, (items, text[2:].strip().strip("\"'"))))
            continue
        key, mark, value = line.partition(separator)
        listing = separator == ":" and mark != "" and not value.strip()
        if mark and re.fullmatch(r"\s*[\w .-]{1,60}\s*", key):
            found.append((key.strip().lower(), value.strip().strip("\"'")))
        else:
            listing = False
    return found


def wrap(source: str, front: Front, *, markdown: bool) -> str:
    """An HTML document whose body is the text: one ``<p>`` a paragraph, everything escaped."""
    title = escape(dict(front).get("title", ""))
    text = source.replace("\r\n", "\n").replace("\r", "\n")
    parts = [part.strip() for part in _BLANK.split(text)]
    body = "\n".join(_part(part, markdown=markdown) for part in parts if part)
    return f"<!DOCTYPE html><title>{title}</title><body><article>\n{body}\n</article>"


def _part(part: str, *, markdown: bool) -> str:
    if not markdown:
        return f"<p>{escape(part)}</p>"
    out = []
    prose: list[str] = []
    for line in part.split("\n"):
        heading = _HEADING.match(line)
        item = _ITEM.match(line.lstrip())
        if not heading and not item:
            prose.append(line)
            continue
        out.append(_prose(prose))
        prose = []
        if heading:
            level = len(heading[1])
            out.append(f"<h{level}>{escape(heading[2])}</h{level}>")
        else:
            out.append(f"<ul><li>{escape(line.lstrip()[item.end() :] if item else '')}</li></ul>")
    return "".join([*out, _prose(prose)])


def _prose(lines: list[str]) -> str:
    text = "\n".join(lines).strip()
    tag = "blockquote" if text.startswith(">") else "p"
    return f"<{tag}>{escape(text.lstrip('> '))}</{tag}>" if text else ""
