"""Which commands there are. A command that can't do real work yet is not in this list."""

from importlib import import_module
from typing import Annotated

import typer

import checker

Command = tuple[str, str, str]  # name, module and function, example

TOP: tuple[Command, ...] = (
    ("demo", "start:demo", "checker demo"),
    (
        "init",
        "start:init",
        "checker init --feed https://example.org/feed.xml --copies /srv/archive",
    ),
    ("audit", "audit:audit", "checker audit archive/ --offline --output report.html"),
    ("rules", "look:rules", "checker rules age-exceeded"),
    ("dates", "look:dates", "checker dates page.html"),
    ("claims", "claims:claims", "checker claims page.html --as-of 2027-01-31"),
    ("diff", "diff:diff", "checker diff old.html new.html --html --output diff.html"),
    ("check", "operate:check", "checker check --all"),
    ("run", "operate:run", "checker run --config config/checker.toml"),
    ("worker", "operate:worker", "checker worker --config config/checker.toml"),
    ("serve", "operate:serve", "checker serve --listen 127.0.0.1:8907"),
    ("review", "review:review", "checker review 17 --until 2027-06-30 --note 'still right'"),
    ("status", "state:status", "checker status --json"),
    ("report", "state:report", "checker report --format html --output report.html"),
    ("doctor", "configuration:doctor", "checker doctor"),
)
GROUPS: tuple[tuple[str, str, tuple[Command, ...]], ...] = (
    (
        "source",
        "Where articles are found.",
        (
            ("add", "sources:add", "checker source add news --feed https://example.org/feed.xml"),
            ("list", "sources:list_sources", "checker source list"),
            ("remove", "sources:remove", "checker source remove news"),
            ("sync", "sources:sync", "checker source sync news"),
            ("adopt", "sources:adopt", "checker source adopt news"),
        ),
    ),
    (
        "article",
        "What is watched and what is known of it.",
        (
            ("list", "articles:list_articles", "checker article list --status outdated"),
            ("show", "articles:show", "checker article show https://example.org/story"),
            ("history", "articles:history", "checker article history 17"),
            ("accept", "articles:accept", "checker article accept 17"),
        ),
    ),
    (
        "banner",
        "The notice on flagged copies.",
        (
            ("preview", "banners:preview", "checker banner preview 17"),
            ("apply", "banners:apply", "checker banner apply archive/ --output published/"),
            ("remove", "banners:remove", "checker banner remove archive/ --output published/"),
            ("key", "banners:key", "checker banner key --rotate"),
        ),
    ),
    (
        "alerts",
        "Mail about verdicts that changed.",
        (
            ("list", "alerts:list_mail", "checker alerts list --failed"),
            ("preview", "alerts:preview", "checker alerts preview --folder preview"),
            ("send", "alerts:send", "checker alerts send --now"),
            ("resend", "alerts:resend", "checker alerts resend 3"),
            ("test", "alerts:send_test", "checker alerts test editor@example.org"),
            ("recipients", "recipients:recipients", "checker alerts recipients"),
            (
                "subscribe",
                "recipients:subscribe",
                "checker alerts subscribe desk@example.org --cadence 'daily at 08:00' --zone Europe/Berlin",
            ),
            (
                "unsubscribe",
                "recipients:unsubscribe",
                "checker alerts unsubscribe desk@example.org",
            ),
        ),
    ),
    (
        "archive",
        "The captures that were kept.",
        (
            ("rederive", "archive:rederive", "checker archive rederive --dry-run"),
            ("export", "exporting:export", "checker archive export copies.wacz --status outdated"),
            ("import", "importing:take_in", "checker archive import crawl.warc.gz --source news"),
            ("verify", "verifying:verify", "checker archive verify crawl.wacz"),
        ),
    ),
    (
        "config",
        "The configuration in force.",
        (
            ("check", "configuration:check", "checker config check"),
            ("show", "configuration:show", "checker config show --json"),
        ),
    ),
    (
        "db",
        "The database.",
        (
            ("upgrade", "database:upgrade", "checker db upgrade"),
            ("tidy", "database:tidy", "checker db tidy --dry-run"),
            ("backup", "database:backup", "checker db backup /srv/backup/checker.db"),
        ),
    ),
)

HELP = "Finds outdated pieces in an article archive, with evidence. Start with `checker demo`."
EXIT_CODES = "Exit codes: 0 nothing found, 1 found, 2 can't work with what was given, 130 stopped."


def build(first: str = "") -> typer.Typer:
    """The whole command line; where *first* names a command or a group, that alone: the others
    need not be loaded for it."""
    names = {name for name, *_ in (*TOP, *GROUPS)}
    wanted = {first} if first in names else names
    app = _typer(HELP, EXIT_CODES)
    app.callback()(_options)
    for command in TOP:
        if command[0] in wanted:
            _register(app, command)
    for name, help_text, commands in GROUPS:
        if name in wanted:
            group = _typer(help_text)
            for command in commands:
                _register(group, command)
            app.add_typer(group, name=name)
    return app


def _typer(help_text: str, epilog: str | None = None) -> typer.Typer:
    return typer.Typer(
        help=help_text,
        epilog=epilog,
        no_args_is_help=True,
        add_completion=False,  # it writes into the user's shell files; docs say how to do it
        pretty_exceptions_enable=False,
        rich_markup_mode=None,  # help costs no import of rich and is the same in a pipe
        context_settings={"help_option_names": ["-h", "--help"]},
    )


def _register(app: typer.Typer, command: Command) -> None:
    name, place, example = command
    module, _, function = place.partition(":")
    found = getattr(import_module(f"checker.entry.cli.{module}"), function)
    app.command(name, epilog=f"Example: {example}")(found)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"archive-checker {checker.__version__}")
        raise typer.Exit


def _options(
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            help="Print the version and stop.",
            is_eager=True,
            callback=_print_version,
        ),
    ] = False,
) -> None:
    """Options that need no command; what they do is done by their callbacks."""
