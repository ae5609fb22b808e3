"""The reference is complete and true: commands, options, settings, examples."""

import re
import shlex
from pathlib import Path

import pytest
import typer

from checker.entry.cli.app import build
from checker.model import Rule
from checker.settings.policy_schema import MatchSection, PolicySection
from checker.settings.schema import Top
from checker.settings.sections import LISTS, SECTIONS

ROOT = Path(__file__).parent.parent
CLI = (ROOT / "docs" / "reference" / "cli.md").read_text(encoding="utf-8")
CONFIGURATION = (ROOT / "docs" / "reference" / "configuration.md").read_text(encoding="utf-8")


def commands(command=None, name="checker"):
    """Every command that does something, by its full name."""
    command = command or typer.main.get_command(build())
    if not hasattr(command, "commands"):
        return {name: command}
    found = {}
    for key, sub in command.commands.items():
        found |= commands(sub, f"{name} {key}")
    return found


COMMANDS = commands()


def section(text: str, heading: str) -> str:
    """What stands below *heading* up to the next heading that names another command or section."""
    start = re.search(rf"^#+ {re.escape(heading)}$", text, re.MULTILINE)
    assert start is not None, f"no heading {heading!r}"
    rest = text[start.end() :]
    end = re.search(r"^#+ (checker |\[|policies)", rest, re.MULTILINE)
    return rest[: end.start()] if end is not None else rest


def names_of(command) -> set[str]:
    return {
        option
        for param in command.params
        if param.param_type_name == "option" and param.name != "help"
        for option in (*param.opts, *param.secondary_opts)
    }


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_is_documented_and_no_other(name):
    table = "\n".join(line for line in section(CLI, name).splitlines() if line.startswith("| "))
    documented = set(
        re.findall(
            r"`(-{1,2}[a-z-]+)`", "\n".join(row.split(" | ")[0] for row in table.splitlines())
        )
    )
    assert documented == names_of(COMMANDS[name])


def test_no_command_is_documented_that_does_not_exist():
    headings = re.findall(r"^#+ (checker .+)$", CLI, re.MULTILINE)
    groups = {name.rsplit(" ", 1)[0] for name in COMMANDS if name.count(" ") == 2}
    assert set(headings) == set(COMMANDS) | groups


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_a_help_text_and_an_example(name):
    command = COMMANDS[name]
    first = command.help.splitlines()[0]
    assert first.endswith("."), first
    assert command.epilog.startswith(f"Example: {name}")
    for param in command.params:
        assert getattr(param, "help", ""), f"{name}: {param.name} has no help"


def examples() -> list[str]:
    """Command lines in code blocks and in backticks, in the reference and in README."""
    found = [command.epilog.removeprefix("Example: ") for command in COMMANDS.values()]
    for path in (*sorted((ROOT / "docs").rglob("*.md")), ROOT / "README.md"):
        text = path.read_text(encoding="utf-8")
        for block in re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
            found += re.findall(r"^(?:\$ )?(checker [a-z].*)$", block, re.MULTILINE)
    return sorted(set(found))


@pytest.mark.parametrize("example", examples())
def test_every_example_is_a_command_with_options_that_exist(example):
    words = shlex.split(example.split(" #")[0])
    size = 3 if " ".join(words[:3]) in COMMANDS else 2
    command = COMMANDS.get(" ".join(words[:size]))
    assert command is not None, f"no such command: {example}"
    used = {word.split("=")[0] for word in words[size:] if re.match(r"--?[a-z]", word)}
    assert used <= names_of(command) | {"--help", "-h"}


def keys_in(text: str, heading: str) -> set[str]:
    return set(re.findall(r"^\| `([a-z_]+)` \|", section(text, heading), re.MULTILINE))


SCHEMAS = {
    "Top": Top,
    **{f"[{name}]": schema for name, schema in SECTIONS.items()},
    **{f"[[{name}]]": schema for name, schema in LISTS.items()},
    "[[match]]": MatchSection,
}


@pytest.mark.parametrize("heading", SCHEMAS)
def test_every_setting_is_documented_and_no_other(heading):
    assert keys_in(CONFIGURATION, heading) == set(SCHEMAS[heading].model_fields)


def test_every_policy_key_is_documented():
    found = set(re.findall(r"`policy\.NAME\.([a-z_]+)`", CONFIGURATION))
    assert found == set(PolicySection.model_fields)


DEFAULTS = [
    (heading, name, field)
    for heading, schema in SCHEMAS.items()
    for name, field in schema.model_fields.items()
    if not field.is_required()
    and field.get_default(call_default_factory=True) not in (None, [], (), "")
]


@pytest.mark.parametrize(
    ("heading", "name", "field"), DEFAULTS, ids=[f"{h} {n}" for h, n, _ in DEFAULTS]
)
def test_documented_defaults_are_the_defaults(heading, name, field):
    from checker.settings.units import duration, size

    row = re.search(rf"^\| `{name}` \| (.*?) \|", section(CONFIGURATION, heading), re.MULTILINE)
    stated = row[1].strip("`").strip('"')
    default = field.get_default(call_default_factory=True)
    if hasattr(default, "total_seconds"):
        assert duration(stated) == default
    elif name.startswith("max_") and name != "max_redirects":
        assert size(stated) == default
    else:
        assert stated in {str(default), str(default).lower()}


def test_rules_named_in_the_shipped_policies_exist():
    text = (ROOT / "config" / "policies.toml").read_text(encoding="utf-8")
    named = set(re.findall(r"([a-z-]+) = \"(?:off|info|warning|outdated)\"", text))
    assert named
    assert named <= {rule.value for rule in Rule}


def test_links_in_the_reference_lead_somewhere():
    for path in sorted((ROOT / "docs" / "reference").glob("*.md")):
        text = re.sub(r"`[^`]*`", "", path.read_text(encoding="utf-8"))
        for target in re.findall(r"\]\(([^)#]+)", text):
            if "://" not in target:
                assert (path.parent / target).exists(), f"{path.name}: {target}"
