"""``CHECKER_SECTION_KEY`` variables, laid over the file before it is validated."""

from collections.abc import Mapping
from typing import Any, get_args, get_origin

from checker.settings.problems import unknown
from checker.settings.schema import Top
from checker.settings.sections import SECTIONS

# Read by others: the tests' material, the name of the configuration file itself.
NOT_SETTINGS = frozenset({"CHECKER_CORPORA", "CHECKER_CONFIG"})
# Whoever can set a variable must not thereby open the intranet to the fetcher.
_FILE_ONLY = frozenset({("fetch", "allow_networks")})


def variables() -> dict[str, tuple[str, str]]:
    """Every override's name with its section ("" for the top) and key."""
    names = {f"CHECKER_{key.upper()}": ("", key) for key in Top.model_fields}
    for section, schema in SECTIONS.items():
        for key in schema.model_fields:
            if (section, key) not in _FILE_ONLY:
                names[f"CHECKER_{section}_{key}".upper()] = (section, key)
    return names


def overlay(data: dict[str, Any], env: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    """*data* with the overrides of *env*, and a sentence for each that can't be used."""
    known = variables()
    result = {key: dict(value) if isinstance(value, dict) else value for key, value in data.items()}
    problems = []
    for name in sorted(name for name in env if name.startswith("CHECKER_")):
        if name in NOT_SETTINGS:
            continue
        if name not in known:
            problems.append(f"environment {name}: {_unknown(name, known)}")
        elif not env[name].strip():
            problems.append(f"environment {name}: set but empty. Give a value or unset it.")
        else:
            section, key = known[name]
            place = result.setdefault(section, {}) if section else result
            if isinstance(place, dict):  # otherwise the file's own fault is reported
                place[key] = _typed(section, key, env[name])
                if key == "password":  # the stronger word: it outranks the file's password_file
                    place.pop("password_file", None)
    return result, problems


def _unknown(name: str, known: Mapping[str, tuple[str, str]]) -> str:
    if name == "CHECKER_FETCH_ALLOW_NETWORKS":
        return "networks are allowed in the file only. Write allow_networks under [fetch]."
    return (
        unknown(name, tuple(known))
        .replace("unknown key", "unknown variable")
        .replace(f"Known here: {', '.join(sorted(known))}.", "See docs/reference/configuration.md.")
    )


def _typed(section: str, key: str, value: str) -> Any:
    """The variable's text as the type that the schema wants; validation judges it afterwards."""
    annotation = (SECTIONS[section] if section else Top).model_fields[key].annotation
    wanted = {annotation, *get_args(annotation)} if get_origin(annotation) else {annotation}
    if bool in wanted and value.lower() in {"true", "false"}:
        return value.lower() == "true"
    if int in wanted and value.strip().isascii() and value.strip().isdecimal():
        return int(value)
    return value


def located(env: Mapping[str, str], section: str, message: str) -> str:
    """*message* about *section*, naming the variable where one of *env* gave the value."""
    for name, (where, key) in variables().items():
        if where == section and name in env and f" {key}: " in f"{message} ":
            return f"environment {name}: {message.split(f' {key}: ', 1)[1]}"
    return message
