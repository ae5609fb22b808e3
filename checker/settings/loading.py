"""From file and environment to frozen values, with every fault reported at once."""

import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from checker import data
from checker.errors import ConfigError
from checker.model import BannerRules, CustomBanner, Office, PolicySet, Recipient, Timing
from checker.settings import problems as faults
from checker.settings import schema
from checker.settings.access import read_access
from checker.settings.environment import located, overlay
from checker.settings.fetching import fetch_settings
from checker.settings.hinters import read_hinters
from checker.settings.kept_schema import Archive, Store
from checker.settings.offices import read_offices
from checker.settings.places import find, root_of
from checker.settings.policies import read_policies
from checker.settings.problems import Toml
from checker.settings.recipients import Known, read_recipients
from checker.settings.section import Section
from checker.settings.sections import LISTS, SECTIONS
from checker.settings.showing import has_password
from checker.settings.sources import read_sources
from checker.settings.targets import read_targets
from checker.settings.values import (
    AccessSettings,
    AlertSettings,
    ArchiveSettings,
    BannerSettings,
    DaemonSettings,
    HinterSettings,
    LogSettings,
    MailKind,
    MailSecurity,
    MailSettings,
    SampleSettings,
    Settings,
    StoreSettings,
    TargetSettings,
    WebSettings,
)

SAMPLE_PACE = {
    "daemon": {"discover": "10s", "check": "5s", "banners": "5s", "alerts": "15s"},
    "timing": {"check_every": "30s", "check_min": "5s"},
}
SHIPPED_POLICIES = "templates/config/policies.toml"

_SAME_NAMES: dict[str, Any] = {
    "timing": Timing,
    "daemon": DaemonSettings,
    "web": WebSettings,
    "log": LogSettings,
}

S = TypeVar("S", bound=Section)


def load(path: Path | None, env: Mapping[str, str]) -> Settings:
    """The configuration at *path*, else at ``CHECKER_CONFIG``, else in a default place.

    Without any file the defaults apply: no sources, the shipped policies, ``var`` for data.
    Raises ConfigError with every fault of the file, the policies and the environment.
    """
    file = find(path, env)
    toml = faults.read(file, str(file)) if file is not None else Toml("the defaults", {})
    if isinstance(toml, str):
        raise ConfigError([toml])
    return _Loading(file, toml, env).settings()


class _Loading:
    """One load: collects faults while sections are validated one by one."""

    def __init__(self, file: Path | None, toml: Toml, env: Mapping[str, str]) -> None:
        self.file, self.env, self.root = file, env, root_of(file)
        self.problems: list[str] = []
        self.warnings: list[str] = []
        values, complaints = overlay(toml.data, env)
        self.problems += complaints
        self.toml = Toml(toml.name, values, toml.lines)

    def settings(self) -> Settings:
        top = self._top()
        data_dir = self.root / top.data_dir
        sources, sample = read_sources(self.toml, self.root, data_dir, self.problems)
        self._hurry(sample)
        sections = {name: self._section(name, kind) for name, kind in SECTIONS.items()}
        names = tuple(source.name for source in sources)
        targets, recipients, access = self._told(names)
        policies, offices, hinters = self._policies(top, names), self._offices(top), self._hinters()
        mail = self._mail(sections["mail"], data_dir)
        self._warn_of_urls(sections["fetch"].proxy, sections["store"].url)
        if self.problems:
            raise ConfigError(self.problems)
        return Settings(
            *(self.file, self.root, data_dir, _store(sections["store"], data_dir)),
            archive=self._archive(sections["archive"], data_dir),
            fetch=fetch_settings(sections["fetch"]),
            mail=mail,
            alerts=self._alerts(sections["alerts"]),
            targets=targets,
            access=access,
            hinters=hinters,
            banner=self._banner(sections["banner"], data_dir),
            **{name: kind(**dict(sections[name])) for name, kind in _SAME_NAMES.items()},
            policies=policies,
            offices=offices,
            sources=sources,
            recipients=recipients,
            sample=sample,
            warnings=tuple(self.warnings),
        )

    def _access(self, sources: tuple[str, ...]) -> tuple[AccessSettings, ...]:
        found, complaints, doubts = read_access(self.toml, self.root, self.env, sources)
        self.problems += complaints
        self.warnings += doubts
        for one in found:
            self._warn_of_url(one.proxy, "", f"proxy of {one.source}")
        return found

    def _hinters(self) -> tuple[HinterSettings, ...]:
        found, complaints = read_hinters(self.toml, self.root, self.env)
        self.problems += complaints
        return found

    def _told(
        self, sources: tuple[str, ...]
    ) -> tuple[tuple[TargetSettings, ...], tuple[Recipient, ...], tuple[AccessSettings, ...]]:
        targets, complaints = read_targets(self.toml, self.root)
        self.problems += complaints
        known = Known(sources, tuple(one.key for one in targets))
        recipients, complaints = read_recipients(self.toml, known)
        self.problems += complaints
        return targets, recipients, self._access(sources)

    def _top(self) -> schema.Top:
        tables = {*SECTIONS, *LISTS}
        rest = {key: value for key, value in self.toml.data.items() if key not in tables}
        known = (*schema.Top.model_fields, *tables)
        return self._validated(schema.Top, rest, (), "", known) or schema.Top()

    def _hurry(self, sample: SampleSettings | None) -> None:
        """Defaults for the sample newsroom, which edits something every few seconds.

        They are no shipped values, so that replacing the sample's two lines by a real feed
        leaves nothing behind that would ask that feed every few seconds.
        """
        if sample is None:
            return
        for section, hurried in SAMPLE_PACE.items():
            table = self.toml.data.setdefault(section, {})
            if isinstance(table, dict) and not hurried.keys() & table.keys():
                table.update(hurried)

    def _section(self, name: str, kind: type[S]) -> Any:
        table = self.toml.data.get(name, {})
        return self._validated(kind, table, (name,), name, tuple(kind.model_fields)) or kind()

    def _validated(
        self, kind: type[S], table: Any, base: faults.Key, section: str, known: tuple[str, ...]
    ) -> S | None:
        try:
            return kind.model_validate(table)
        except ValidationError as error:
            for sentence in faults.explain(self.toml, base, error, known):
                self.problems.append(located(self.env, section, sentence))
            return None

    def _place(self, given: str | None, default: Path) -> Path:
        return self.root / given if given is not None else default

    def _archive(self, section: Archive, data_dir: Path) -> ArchiveSettings:
        folder = self._place(section.folder, data_dir / "archive")
        return ArchiveSettings(folder, section.url, section.endpoint, section.profile)

    def _policies(self, top: schema.Top, sources: tuple[str, ...]) -> PolicySet:
        toml = self._policy_file(top)
        if isinstance(toml, str):
            self.problems.append(toml)
            return PolicySet((), (), "")
        policies, complaints = read_policies(toml, sources)
        self.problems += complaints
        self._named_policies(policies, tuple(policy.name for policy in policies.policies))
        return policies

    def _offices(self, top: schema.Top) -> tuple[Office, ...]:
        if top.offices is None:
            return ()
        toml = faults.read(self.root / top.offices, top.offices)
        if isinstance(toml, str):
            self.problems.append(toml)
            return ()
        offices, complaints = read_offices(toml)
        self.problems += complaints
        return offices

    def _policy_file(self, top: schema.Top) -> Toml | str:
        if top.policies is not None:
            return faults.read(self.root / top.policies, top.policies)
        beside = self.file.with_name("policies.toml") if self.file is not None else None
        if beside is not None and beside.is_file():
            return faults.read(beside, str(beside))
        lines = faults.line_numbers(data.text(SHIPPED_POLICIES))
        return Toml("shipped policies.toml", data.table(SHIPPED_POLICIES), lines)

    def _named_policies(self, policies: PolicySet, names: tuple[str, ...]) -> None:
        """Faults of ``policy =`` under a source; said only where the policies could be read."""
        tables = self.toml.data.get("source", [])
        for index, table in enumerate(tables if isinstance(tables, list) else []):
            wanted = table.get("policy") if isinstance(table, dict) else None
            if policies.policies and isinstance(wanted, str) and wanted not in names:
                where = self.toml.at(("source", index, "policy"))
                self.problems.append(f"{where}: no policy {wanted!r}. Known: {', '.join(names)}.")

    def _mail(self, section: schema.MailSection, data_dir: Path) -> MailSettings:
        return MailSettings(
            kind=MailKind(section.kind),
            sender=section.sender,
            folder=self._place(section.folder, data_dir / "mail"),
            host=section.host,
            port=section.port,
            security=MailSecurity(section.security),
            username=section.username,
            password=self._password(section),
            timeout=section.timeout,
            command=section.command,
        )

    def _password(self, section: schema.MailSection) -> str | None:
        where = self.toml.at(("mail", "password"))
        if section.password is not None and section.password_file is not None:
            self.problems.append(f"{where}: password_file is given too. Keep one of them.")
        if section.password is not None:
            self._warn_of("CHECKER_MAIL_PASSWORD", "holds the mail password")
            return section.password
        if section.password_file is None:
            return None
        file = self.root / section.password_file
        try:
            secret = file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            cause = getattr(error, "strerror", None) or "it is not UTF-8 text"
            place = self.toml.at(("mail", "password_file"))
            self.problems.append(f"{place}: {file}: {cause}. Name a file that holds the password.")
            return None
        if not secret:
            place = self.toml.at(("mail", "password_file"))
            self.problems.append(f"{place}: {file} is empty. Write the password into it.")
        self._warn_if_open(file, "is a password")
        return secret

    def _warn_of(self, variable: str, what: str) -> None:
        """Warn of a secret that stands in the file itself, if others can read the file."""
        if variable not in self.env and self.file is not None:
            self._warn_if_open(self.file, what)

    def _warn_of_urls(self, proxy: str | None, store: str | None) -> None:
        self._warn_of_url(proxy, "CHECKER_FETCH_PROXY", "proxy")
        self._warn_of_url(store, "CHECKER_STORE_URL", "database")

    def _warn_of_url(self, url: str | None, variable: str, whose: str) -> None:
        if url is not None and has_password(url):
            self._warn_of(variable, f"holds the {whose}'s password")

    def _warn_if_open(self, file: Path, what: str) -> None:
        mode = file.stat().st_mode
        if mode & (stat.S_IRGRP | stat.S_IROTH):
            self.warnings.append(
                f"{file}: {what} and others can read it (mode {mode & 0o777:o}). chmod 600 {file}."
            )

    def _alerts(self, section: schema.AlertsSection) -> AlertSettings:
        feed = self.root / section.feed if section.feed is not None else None
        return AlertSettings(
            section.pause, section.public_url, section.contact, feed, section.dashboard_url
        )

    def _banner(self, section: schema.BannerSection, data_dir: Path) -> BannerSettings:
        output = self._place(section.output, data_dir / "published")
        custom = tuple(CustomBanner(**dict(one)) for one in section.custom)
        rules = BannerRules(section.language, section.stylesheet, custom)
        return BannerSettings(output, section.in_place, rules)


def _store(section: Store, data_dir: Path) -> StoreSettings:
    url = section.url or f"sqlite:///{data_dir / 'checker.db'}"
    return StoreSettings(url, section.keep_checks, section.thin_to)
