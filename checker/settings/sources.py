"""``[[source]]``: places resolved, the sample newsroom expanded, doubles and gaps found."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from checker.model import Adoption, Source, SourceKind
from checker.settings.problems import Toml, explain
from checker.settings.schema import SourceSection
from checker.settings.units import sample_port
from checker.settings.values import SampleSettings

_LOCAL = frozenset({SourceKind.LIST, SourceKind.FOLDER, SourceKind.WARC})
SAMPLE_COPIES = "sample:copies"


def read_sources(
    toml: Toml, root: Path, data_dir: Path, problems: list[str]
) -> tuple[tuple[Source, ...], SampleSettings | None]:
    """Every source that could be read, with absolute paths; faults are added to *problems*."""
    tables = toml.data.get("source", [])
    if not isinstance(tables, list):
        problems.append(f"{toml.at(('source',))}: it must be a list. Write [[source]].")
        return (), None
    sources: list[Source] = []
    samples: list[SampleSettings] = []
    for index, table in enumerate(tables):
        section = _section(toml, index, table, problems)
        if section is None:
            continue
        sample = _sample(section, data_dir)
        if sample is not None:
            samples.append(sample)
            if len(samples) == 2:
                where = toml.at(("source", index, "feed"))
                problems.append(f"{where}: a second sample newsroom. Keep one of them.")
        source = _resolved(section, root, sample)
        problems.extend(_faults(toml, index, section, source, sources))
        sources.append(source)
    return tuple(sources), samples[0] if samples else None


def _section(toml: Toml, index: int, table: Any, problems: list[str]) -> SourceSection | None:
    try:
        return SourceSection.model_validate(table)
    except ValidationError as error:
        known = tuple(SourceSection.model_fields)
        problems.extend(explain(toml, ("source", index), error, known))
        return None


def _sample(section: SourceSection, data_dir: Path) -> SampleSettings | None:
    port = sample_port(section.feed) if section.feed is not None else None
    return SampleSettings(port, data_dir / "sample" / "copies") if port is not None else None


def _resolved(section: SourceSection, root: Path, sample: SampleSettings | None) -> Source:
    source = section.source()
    if sample is not None:
        host = f"127.0.0.1:{sample.port}"
        copies = str(sample.copies) if source.copies == SAMPLE_COPIES else source.copies
        adoption = Adoption(section.adoption or Adoption.AUTOMATIC)
        location = f"http://{host}/feed.xml"
        source = replace(source, location=location, copies=copies, allow=(host,), adoption=adoption)
    if source.kind in _LOCAL:
        source = replace(source, location=str(root / source.location))
    if source.copies not in {None, SAMPLE_COPIES}:
        source = replace(source, copies=str(root / str(source.copies)))
    return source


def _faults(
    toml: Toml,
    index: int,
    section: SourceSection,
    source: Source,
    before: list[Source],
) -> list[str]:
    """What is wrong with *source* beyond its own keys' form."""

    def at(key: str) -> str:
        return toml.at(("source", index, key))

    kind = source.kind.value
    sample = section.feed is not None and sample_port(section.feed) is not None
    found = [
        f"{at('name')}: {source.name!r} stands twice. Give each source a name of its own."
        for other in before
        if other.name.casefold() == source.name.casefold()
    ]
    found += [
        f"{at(kind)}: {other.name!r} has the same {kind}. Keep one of the two."
        for other in before
        if (other.kind, other.location) == (source.kind, source.location)
    ]
    if sample and section.allow:
        found.append(f"{at('allow')}: the sample newsroom allows itself alone. Take it out.")
    if source.kind in _LOCAL and (fault := _absent(Path(source.location), source.kind)):
        found.append(f"{at(kind)}: {fault}")
    if source.copies == SAMPLE_COPIES:
        found.append(f"{at('copies')}: only a sample newsroom has them. Name a folder or a WARC.")
    elif not sample and source.copies is not None and not Path(source.copies).exists():
        found.append(f"{at('copies')}: {source.copies} does not exist. Name a folder or a WARC.")
    return found


def _absent(path: Path, kind: SourceKind) -> str:
    if not path.exists():
        return f"{path} does not exist. Name one that does, or create it first."
    if kind is SourceKind.FOLDER and not path.is_dir():
        return f"{path} is no folder. Name a folder; a file goes under list or warc."
    if kind is not SourceKind.FOLDER and path.is_dir():
        return f"{path} is a folder. Name a file; a folder goes under folder."
    return ""
