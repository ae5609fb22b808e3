"""A list of addresses, one a line."""

from checker.stages.discover.listing import Gathered, Listing, capped, clip, web_uri

MAX_LINES = 1_000_000


def parse_list(text: str, name: str) -> Listing:
    """*text* as addresses; empty lines and lines that begin with ``#`` are passed over.

    Problems begin with "NAME:LINE:". An address that comes twice counts once.
    """
    gathered, problems = Gathered(MAX_LINES), list[str]()
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
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
