"""A list of addresses, one a line."""

from checker.model import Found
from checker.stages.discover.listing import Gathered, Listing, capped, clip, web_uri

MAX_LINES = 1_000_000


def parse_line(line: str, place: str) -> Found | str | None:
    """One line of a list: an address, a problem that begins with *place*, or None of an empty line
    and of one that begins with ``#``."""
    entry = line.strip().removeprefix("\ufeff")
    if not entry or entry.startswith("#"):
        return None
    uri = web_uri(entry)
    return Found(uri) if uri is not None else f"{place}: no http(s) address: {clip(entry)!r}"


def parse_list(text: str, name: str) -> Listing:
    """All lines of *text*. Problems begin with "NAME:LINE:"; an address that comes twice counts
    once."""
    gathered, problems, whole = Gathered(MAX_LINES), list[str](), True
    for number, line in enumerate(text.splitlines(), 1):
        found = parse_line(line, f"{name}:{number}")
        if isinstance(found, str):
            problems.append(found)
        elif found is not None and not gathered.add(found.uri, "", ()):
            problems.append(f"{name}:{number}: more than {MAX_LINES} addresses; the rest is left")
            whole = False
            break
    entries = tuple(gathered.entries.values())
    return Listing(entries, (), capped(problems), whole and bool(entries))
