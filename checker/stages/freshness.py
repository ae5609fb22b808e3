"""How long an article may be trusted: the policy that applies to it."""

import re
from dataclasses import replace
from urllib.parse import unquote, urlsplit

from checker.errors import TargetError
from checker.model import Policy, PolicyMatch, PolicySet

MAX_PATH = 2048  # of an address held against globs


def named_policy(policies: PolicySet, name: str) -> Policy:
    """The policy called *name*. Raises TargetError if there is none."""
    for policy in policies.policies:
        if policy.name == name:
            return policy
    known = ", ".join(policy.name for policy in policies.policies) or "none"
    raise TargetError(
        f"policy {name!r}",
        f"no policy of that name is configured (there are: {known})",
        "Correct the name or add it to policies.toml.",
    )


def choose_policy(
    policies: PolicySet,
    *,
    uri: str | None,
    source: str = "",
    section: str | None = None,
    genre: str | None = None,
    tags: tuple[str, ...] = (),
) -> Policy:
    """The policy of the first line whose every condition holds, else the default.

    ``matched_by`` of the result names the line. Words compare without regard to case. The path is
    held against the glob both as written and percent-decoded; ``*`` and ``?`` stop at slashes,
    ``**`` crosses them.
    """
    article = _Article(_paths(uri), source, _folded(section), _folded(genre), tags)
    for match in policies.matches:
        if article.meets(match):
            return replace(named_policy(policies, match.policy), matched_by=match.line)
    return replace(named_policy(policies, policies.default), matched_by="default")


class _Article:
    """What match lines are held against."""

    def __init__(
        self,
        paths: tuple[str, ...],
        source: str,
        section: str | None,
        genre: str | None,
        tags: tuple[str, ...],
    ) -> None:
        self.paths = paths
        self.source = source
        self.section = section
        self.genre = genre
        self.tags = frozenset(map(_folded, tags))

    def meets(self, match: PolicyMatch) -> bool:
        glob = match.path
        return (
            (glob is None or any(_glob(glob).fullmatch(path) for path in self.paths))
            and (match.source is None or match.source == self.source)
            and (match.section is None or _folded(match.section) == self.section)
            and (match.genre is None or _folded(match.genre) == self.genre)
            and (match.tag is None or _folded(match.tag) in self.tags)
        )


def _folded(word: str | None) -> str | None:
    return None if word is None else word.strip().casefold()


_WILD = {"**": ".*", "*": "[^/]*", "?": "[^/]"}


def _glob(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"(\*\*+|\*|\?)", pattern)
    translated = (_WILD[part[:2]] if part[:1] in _WILD else re.escape(part) for part in parts)
    return re.compile("".join(translated), re.DOTALL)


def _paths(uri: str | None) -> tuple[str, ...]:
    if uri is None:
        return ()
    try:
        path = urlsplit(uri).path[:MAX_PATH] or "/"
    except ValueError:  # hostile address such as "http://["
        return ()
    return (path, unquote(path))
