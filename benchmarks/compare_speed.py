"""What a check and a comparison cost in CPU: ``python -m benchmarks.compare_speed``.

The unchanged page with new bytes (``pages/`` of about 80 kB: parsed, its digests made and held
against the stored reading's; the archive not asked), the full comparison of two texts of 1,000
words beside difflib, growth to 100,000 words and 10 MB, and adversarial input.
"""

import difflib
import os
import random
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from rapidfuzz.distance import Indel

from benchmarks.made_pairs import sources
from checker.api.comparing import compare
from checker.model import Block, BlockKind, Dates, Representation, Text, Version
from checker.pipeline import opened
from checker.stages import compare as stage
from checker.stages import page, text

SIZES = (1_000, 3_000, 10_000, 30_000, 100_000)  # words
MEGABYTES = (1, 3, 10)
VOCABULARY = 5_000


def cpu(work: Callable[[], object], times: int = 5) -> float:
    """Milliseconds, the least of some runs: others disturb, none helps."""
    spent = []
    for _ in range(times):
        start = time.process_time()
        work()
        spent.append(time.process_time() - start)
    return 1000 * min(spent)


def unchanged(root: Path) -> None:
    pages = [one for one in sources(root) if 70_000 <= len(one.html.encode()) <= 90_000]
    costs = []
    for one in pages:
        body = one.html.encode()
        known = opened(Representation("text/html", "utf-8", body, ""), one.url)
        if not isinstance(known, page.Page):
            continue
        shown = text.shown_digest(known, text.frame_digest(known))
        stated = text.stated_digest(known)
        fresh = body.replace(b"</body>", b"<!-- 7f3a91 --></body>")
        costs.append(cpu(lambda: _decide(fresh, one.url, shown, stated)))  # noqa: B023 — called at once
    print(
        f"unchanged page of 80 kB, new bytes: {statistics.median(costs):.1f} ms, "
        f"nine of ten below {statistics.quantiles(costs, n=10)[-1]:.1f} ({len(costs)} pages; goal 4)"
    )


def _decide(body: bytes, uri: str, shown: str, stated: str) -> None:
    parsed = opened(Representation("text/html", "utf-8", body, ""), uri)
    assert isinstance(parsed, page.Page)
    assert text.shown_digest(parsed, text.frame_digest(parsed)) == shown
    assert text.stated_digest(parsed) == stated


def article(words: int, seed: int = 1) -> list[str]:
    """Paragraphs of eighty words, five sentences each."""
    rng = random.Random(seed)
    known = [
        "".join(rng.choices("abcdefghijklmnoprstuvw", k=rng.randint(3, 9)))
        for _ in range(VOCABULARY)
    ]
    made = []
    for _ in range(max(1, words // 80)):
        parts = [" ".join(rng.choices(known, k=16)).capitalize() + "." for _ in range(5)]
        made.append(" ".join(parts))
    return made


def edited(paragraphs: list[str], share: float) -> list[str]:
    """*share* of the paragraphs with one word exchanged."""
    rng = random.Random(2)
    made = list(paragraphs)
    for at in rng.sample(range(len(made)), max(1, int(share * len(made)))):
        words = made[at].split(" ")
        words[rng.randrange(1, 14)] = "exchanged"
        made[at] = " ".join(words)
    return made


def version(paragraphs: list[str]) -> Version:
    blocks = tuple(Block(BlockKind.PARAGRAPH, one) for one in paragraphs)
    words = Text("A title", blocks, "en", text.digest("A title", blocks), tuple(paragraphs))
    return Version(words, Dates(), digest=str(hash(tuple(paragraphs))))


def versions(words: int, share: float) -> tuple[Version, Version]:
    old = article(words)
    return version(old), version(edited(old, share))


def thousand() -> None:
    for name, share in (("a small edit", 0.1), ("every third paragraph", 0.34)):
        old, new = versions(1_000, share)
        whole = cpu(lambda: stage.compare(old, new), 20)  # noqa: B023 — called at once
        print(f"two texts of 1,000 words, {name}: full comparison {whole:.1f} ms (goal 2)")
    for words in (1_000, 10_000):
        one, other = (_words(v) for v in versions(words, 0.34))
        ours = cpu(lambda: Indel.opcodes(one, other), 20)  # noqa: B023 — called at once
        theirs = cpu(lambda: _difflib(one, other))  # noqa: B023 — called at once
        print(
            f"their words aligned, {words:,} each: {ours:.2f} ms, difflib {theirs:.1f} ms, "
            f"{theirs / ours:.0f} times as long (goal 10)"
        )


def _words(one: Version) -> list[str]:
    return " ".join(block.text for block in one.text.blocks).split()


def _difflib(one: list[str], other: list[str]) -> object:
    return difflib.SequenceMatcher(None, one, other, autojunk=False).get_opcodes()


def growth() -> Iterator[str]:
    for words in SIZES:
        old, new = versions(words, 0.1)
        spent = cpu(lambda: stage.compare(old, new), 3)  # noqa: B023 — called at once
        yield f"{words:>9,} words {spent:>9.1f} ms {1000 * spent / words:>8.2f} µs a word"
    for size in MEGABYTES:
        old_html, new_html = (_html(one, size) for one in _pair(size))
        spent = cpu(lambda: compare(old_html, new_html), 1)  # noqa: B023 — called at once
        yield f"{size:>9,} MB each {spent:>8.0f} ms {spent / size:>9.0f} ms a MB, parsing included"


def _pair(size: int) -> tuple[list[str], list[str]]:
    old = article(size * 20_000)
    return old, edited(old, 0.1)


def _html(paragraphs: list[str], size: int) -> str:
    links = "".join(f'<li><a href="/p/{at}">{at:09d}</a></li>' for at in range(3_000 * size))
    body = "".join(f"<p class='c-{at % 9}'>{one}</p>\n" for at, one in enumerate(paragraphs))
    filler = f"<script>{'x = 1; ' * (100_000 * size)}</script>"
    return f"<html lang=en><title>A title</title>{filler}<ul>{links}</ul><article>{body}</article>"


def adversarial() -> Iterator[str]:
    same = ["spam"] * 100_000
    cases: dict[str, tuple[object, object]] = {
        "one word 100,000 times": (version([" ".join(same)]), version([" ".join([*same, "x"])])),
        "10,000 blocks of one word": (version(["spam"] * 10_000), version(["spam egg"] * 10_000)),
        "20,000 blocks, all alike": (
            version([f"spam and egg {at % 7}" for at in range(20_000)]),
            version([f"egg and spam {at % 5}" for at in range(20_000)]),
        ),
        "100,000 nested elements": ("<div>" * 100_000 + "a", "<div>" * 100_000 + "b"),
        "100,000 stops": (version([". " * 100_000 + "a"]), version([". " * 100_000 + "b"])),
    }
    for name, (old, new) in cases.items():
        start = time.process_time()
        if isinstance(old, Version) and isinstance(new, Version):
            found = stage.compare(old, new)
        else:
            found = compare(str(old), str(new))
        spent = time.process_time() - start
        said = "cut, and said so" if found.cut else found.change.value
        if found.replacement is not None:
            said = f"refused: {found.replacement.quote}"
        yield f"{name:<28}{1000 * spent:>9.0f} ms  {said}"


def main() -> None:
    unchanged(Path(os.environ["CHECKER_CORPORA"]))
    thousand()
    print("\ngrowth, one paragraph in ten edited")
    for line in growth():
        print(line)
    print("\nadversarial input")
    for line in adversarial():
        print(line)


if __name__ == "__main__":
    main()
