"""What changed, in few words: a short word-level difference of one edit."""

from dataclasses import dataclass
from itertools import islice

from checker.model import Edit
from checker.stages.banner.words import clean
from checker.stages.compare.indel import opcodes

CONTEXT = 6  # words around what differs
MOST_WORDS = 24  # of one run taken out or put in


@dataclass(frozen=True, slots=True)
class Run:
    """Words that stayed ("="), went ("-") or came ("+")."""

    sign: str
    text: str


def runs(edit: Edit) -> tuple[Run, ...]:
    """The difference with a few words of context; long stretches are cut with an ellipsis."""
    before, after = clean(edit.before, 900).split(), clean(edit.after, 900).split()
    found: list[Run] = []
    for op in opcodes(before, after):
        old, new = before[op.src_start : op.src_end], after[op.dest_start : op.dest_end]
        if op.tag == "equal":
            found.append(Run("=", " ".join(old)))
        else:
            found += [Run("-", " ".join(old))] if old else []
            found += [Run("+", " ".join(new))] if new else []
    return tuple(_short(found))


def _short(found: list[Run]) -> list[Run]:
    """Neighbours of one sign joined, old before new; the same words cut to their context."""
    joined: list[Run] = []
    for run in _tidy(found):
        words = run.text.split()
        first, last = not joined, False
        if run.sign == "=":
            last = run is found[-1]
            joined.append(Run("=", _context(words, first=first, last=last)))
        else:
            cut = words[:MOST_WORDS] + (["…"] if len(words) > MOST_WORDS else [])
            joined.append(Run(run.sign, " ".join(cut)))
    return joined


def _tidy(found: list[Run]) -> list[Run]:
    """One or two words that stayed between changes are told as changed too: easier to read."""
    tidy: list[Run] = []
    pending: dict[str, list[str]] = {"-": [], "+": []}
    for number, run in enumerate(found):
        between = 0 < number < len(found) - 1
        if run.sign == "=" and not (between and len(run.text.split()) <= 2):
            tidy += _flushed(pending)
            tidy.append(run)
        else:
            for sign in ("-", "+") if run.sign == "=" else (run.sign,):
                pending[sign].append(run.text)
    return tidy + _flushed(pending)


def _flushed(pending: dict[str, list[str]]) -> list[Run]:
    runs = [Run(sign, " ".join(texts)) for sign, texts in pending.items() if texts]
    for texts in pending.values():
        texts.clear()
    return runs


def _context(words: list[str], *, first: bool, last: bool) -> str:
    if first and last:
        return " ".join(islice(words, CONTEXT))
    head = [] if first else words[:CONTEXT]
    tail = [] if last else words[-CONTEXT:]
    if len(head) + len(tail) >= len(words):
        return " ".join(words)
    return " ".join([*head, "…", *tail])


def as_text(found: tuple[Run, ...]) -> str:
    """``… toll of [-4.50-] {+5.40+} for cars``, as ``git diff --word-diff`` writes it."""
    shape = {"=": "{}", "-": "[-{}-]", "+": "{{+{}+}}"}
    return " ".join(shape[run.sign].format(run.text) for run in found if run.text)
