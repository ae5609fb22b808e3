"""How long an article may be trusted: the policy that applies to it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from urllib.parse import unquote, urlsplit

from checker.data import table
from checker.errors import TargetError
from checker.model import Policy, PolicyMatch, PolicySet, Rule, Severity

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


def rules_on(policies: PolicySet, name: str | None = None) -> frozenset[Rule]:
    """The rules that some policy, or the one called *name*, leaves on."""
    able = [one for one in policies.policies if name in {None, one.name}]
    return frozenset(
        rule
        for rule in Rule
        if any(one.severity(rule, Severity.INFO) is not Severity.OFF for one in able)
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
    paths, known = _paths(uri), (_folded(section), *_all_folded(tags))
    words = frozenset(_words(paths, known))
    article = _Article(paths, source, _folded(section), _folded(genre), _all_folded(tags), words)
    for match in policies.matches:
        if article.meets(match):
            return replace(named_policy(policies, match.policy), matched_by=match.line)
    line = policies.default_line or "default"
    return replace(named_policy(policies, policies.default), matched_by=line)


def path_matches(uri: str, glob: str) -> bool:
    """Whether the path of *uri* is what *glob* describes, as in ``policies.toml``."""
    return any(_glob(glob).fullmatch(path) for path in _paths(uri))


def known_kinds() -> tuple[str, ...]:
    """What ``kind`` of a line may name: groups, then kinds."""
    listed = table("kinds.toml")
    return (*listed["group"], *listed["kind"])


@dataclass(frozen=True, slots=True)
class _Article:
    """What match lines are held against; words are folded."""

    paths: tuple[str, ...]
    source: str
    section: str | None
    genre: str | None
    tags: frozenset[str]
    words: frozenset[str]

    def meets(self, match: PolicyMatch) -> bool:
        glob = match.path
        return (
            (glob is None or any(_glob(glob).fullmatch(path) for path in self.paths))
            and (match.source is None or match.source == self.source)
            and (match.section is None or _folded(match.section) == self.section)
            and (match.genre is None or _folded(match.genre) == self.genre)
            and (match.tag is None or _folded(match.tag) in self.tags)
            and (match.kind is None or self._is_of(match.kind))
        )

    def _is_of(self, kind: str) -> bool:
        genres, words = _kind(kind)
        return self.genre in genres or not self.words.isdisjoint(words)


def _words(paths: tuple[str, ...], named: tuple[str | None, ...]) -> Iterator[str]:
    """Section, tags and the folders of the address; of a path of sections its last part."""
    for word in named:
        if word is not None:
            yield word
            yield re.split(r"\s*[/>»|]\s*", word)[-1]
    for path in paths:
        yield from path.casefold().split("/")[:-1][:_FOLDERS]


_FOLDERS = 20  # of an address that are looked at


@cache
def _kind(name: str) -> tuple[frozenset[str], frozenset[str]]:
    """The schema.org types and the words of a kind or a group of kinds, folded."""
    listed = table("kinds.toml")
    rows = [listed["kind"][one] for one in listed["group"].get(name, [name])]
    return (
        frozenset(genre.casefold() for row in rows for genre in row["genre"]),
        frozenset(word.casefold() for row in rows for word in row["words"]),
    )


def _all_folded(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word.strip().casefold() for word in words)


@lru_cache(maxsize=4_096)  # nearly all are the configuration's, held against each article
def _folded(word: str | None) -> str | None:
    return None if word is None else word.strip().casefold()


_WILD = {"**": ".*", "*": "[^/]*", "?": "[^/]"}


@lru_cache(maxsize=1_024)  # patterns are the configuration's: few, and asked for at each check
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
