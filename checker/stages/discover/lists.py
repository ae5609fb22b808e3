"""A list of addresses, one a line."""

from collections.abc import Iterator

from checker.stages.discover.listing import Gathered, Listing, capped, clip, web_uri

MAX_LINES = 1_000_000
PART = 1_000_000  # characters that are taken apart at a time: of a million addresses few are held


def parts(text: str) -> Iterator[tuple[int, str]]:
    """*text* in parts that end with a line, each with the number of its first line."""
    start, first = 0, 1
    while start < len(text):
        end = text.find("\n", start + PART) + 1 or len(text)
        part = text[start:end]
        yield first, part
        start, first = end, first + len(part.splitlines())


def parse_list(text: str, name: str, first: int = 1) -> Listing:
    """*text* as addresses; empty lines and lines that begin with ``#`` are passed over.

    Problems begin with "NAME:LINE:"; *first* is the number of the first line. An address that comes twice counts once.
    """
    gathered, problems = Gathered(MAX_LINES), list[str]()
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), first):
        entry = line.strip()
        if not entry or entry.startswith("#"):
            continue
        uri = web_uri(entry)
        if uri is None:
            problems.append(f"{name}:{number}: no http(s) address: {clip(entry)!r}")
        elif not gathered.add(uri, "", ()):
            problems.append(f"{name}:{number}: more than {MAX_LINES} addresses; the rest is left")
            break
    return Listing(tuple(gathered.entries.values()), (), capped(problems))
