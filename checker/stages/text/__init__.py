"""The text of a page: its title, its article as blocks, and every block that it shows."""

import re
from collections import Counter

from checker.data import table
from checker.model import Block, Text, digest_of
from checker.stages.page import Page, ancestors, text_of
from checker.stages.text.article import choose
from checker.stages.text.frame import as_seen, frame_digest, shown_digest, stated_digest
from checker.stages.text.normal import normalise

__all__ = [
    "as_seen",
    "digest",
    "extract",
    "frame_digest",
    "normalise",
    "shown_digest",
    "stated_digest",
]

_TAG = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]{1,8}){0,4}\s*(?:[,;].*)?")
_SEPARATOR = re.compile(r" [|·»–—-] ")  # blanks are folded
_WORD = re.compile(r"[^\W\d_]+")
_MAX_TITLE = 500
_GUESS_WORDS = 400
_LANGUAGES: dict[str, frozenset[str]] = {
    code: frozenset(words) for code, words in table("text.toml")["languages"].items()
}


def extract(page: Page, *, framed: bool = True) -> Text:
    """Title, article, language and digests of *page*. Never raises; linear in the page.

    ``language`` is a primary subtag in lower case ("en"); where the page names none it is
    guessed from short words, and None when they do not tell. The digest of the frame is only for
    those who compare: left empty where it is not *framed*.
    """
    blocks = choose(page.layout)
    shown = tuple(block.text for block in page.layout.blocks)
    title = _title(page)
    language = _language(page) or _guess(blocks)
    # Each text once: the article's blocks are the page's too.
    same = {text: normalise(text, folded=True) for text in dict.fromkeys(shown)}
    same[title] = normalise(title)
    own = _joined([same[title], *(same[block.text] for block in blocks)])
    whole = _joined([same[text] for text in shown])
    return Text(
        title,
        blocks,
        language,
        own,
        shown,
        whole,
        frame_digest(page) if framed else "",
        tuple(page.layout.hidden),
    )


def digest(title: str, blocks: tuple[Block, ...]) -> str:
    """The digest of a title and blocks after ``normalise``: what looks the same is the same."""
    return _joined([normalise(text) for text in (title, *(block.text for block in blocks))])


def _joined(parts: list[str]) -> str:
    return digest_of("\n".join(parts).encode("utf-8", "replace"))


def _title(page: Page) -> str:
    """The headline that readers see; else what the page tells others; else its ``<title>``."""
    named = page.tree.css_first("title")
    full = text_of(named, _MAX_TITLE) if named is not None else ""
    told = page.meta("og:title") or ""
    repeated: list[str] = []
    for heading in page.tree.css("h1")[:20]:
        text = text_of(heading, _MAX_TITLE)
        if not text:
            continue
        if any(parent.tag in {"article", "main"} for parent in ancestors(heading)):
            return text
        if normalise(text) in normalise(f"{told}\n{full}"):
            repeated.append(text)
    if repeated:
        return max(repeated, key=len)
    if told:
        return told[:_MAX_TITLE]
    parts = _SEPARATOR.split(full)
    return max(parts, key=len) if len(parts) > 1 else full


def _language(page: Page) -> str | None:
    root = page.tree.root
    stated = root.attributes.get("lang") or root.attributes.get("xml:lang") if root else None
    for value in (stated, page.meta("og:locale"), page.meta("content-language")):
        if value and (found := _TAG.fullmatch(value[:80].strip())):
            return found[1].lower()
    return None


def _guess(blocks: tuple[Block, ...]) -> str | None:
    """The language whose short words are most frequent, if it is clear which."""
    words: Counter[str] = Counter()
    for block in blocks:
        words.update(_WORD.findall(block.text[:2_000].lower()))
        if words.total() > _GUESS_WORDS:
            break
    scores = {code: sum(words[word] for word in known) for code, known in _LANGUAGES.items()}
    (best, most), (_, second) = Counter(scores).most_common(2)
    clear = most >= 4 and most > 1.2 * second and most * 12 > words.total()
    return best if clear else None
