"""What changed within a block, as runs of words: for reports that mark it."""

import difflib
from dataclasses import dataclass
from typing import Literal

from checker.model import Edit

_MOST_WORDS = 400  # of one side: the word diff is quadratic, and nobody reads more
_AROUND = 8  # words left standing beside a change


@dataclass(frozen=True, slots=True)
class Run:
    """Words that stayed, went or came."""

    kind: Literal["same", "removed", "added"]
    text: str


def word_diff(edit: Edit) -> list[Run]:
    """The edit as runs; of long stretches that stayed only the words beside a change."""
    before, after = edit.before.split()[:_MOST_WORDS], edit.after.split()[:_MOST_WORDS]
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    opcodes = matcher.get_opcodes()
    runs: list[Run] = []
    for number, (kind, i, j, k, m) in enumerate(opcodes):
        if kind == "equal":
            first, last = number == 0, number == len(opcodes) - 1
            runs.append(Run("same", _shortened(before[i:j], first=first, last=last)))
            continue
        if i < j:
            runs.append(Run("removed", " ".join(before[i:j])))
        if k < m:
            runs.append(Run("added", " ".join(after[k:m])))
    return runs


def _shortened(words: list[str], *, first: bool, last: bool) -> str:
    start = [] if first else words[:_AROUND]
    end = [] if last else words[-_AROUND:]
    if len(words) <= len(start) + len(end) + 1:
        return " ".join(words)
    return " ".join([*start, "…", *end])
