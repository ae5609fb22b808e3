"""Configuration: what is shipped works, what is wrong is said, all of it, with its place."""

import json
import re
import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker import data
from checker.errors import CheckerError, ConfigError
from checker.model import BANNER_LANGUAGES, Adoption, Recipient, Rule, Severity, SourceKind, Timing
from checker.settings import (
    MailKind,
    add_source,
    as_plain,
    find,
    load,
    remove_source,
    root_of,
    schema,
    shown,
    variables,
)
from checker.settings.editing import write
from checker.settings.sections import LISTS
from checker.settings.showing import redacted
from checker.settings.units import duration

ROOT = Path(__file__).parent.parent
SHIPPED = ROOT / "config" / "checker.toml"
POLICIES = 'default = "news"\n[policy.news]\nlifetime = "1y"\n'


@pytest.fixture
def write_config(tmp_path):
    """A project folder with config/checker.toml and config/policies.toml."""
    folder = tmp_path / "config"
    folder.mkdir()

    def write_it(text: str, policies: str = POLICIES) -> Path:
        (folder / "policies.toml").write_text(policies, encoding="utf-8")
        (folder / "checker.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
        return folder / "checker.toml"

    return write_it


def problems(path: Path, env=None) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(path, env or {})
    return [problem.replace(str(path.parent), "config") for problem in caught.value.problems]


def test_the_shipped_configuration_is_valid_and_watches_the_sample_newsroom():
    settings = load(SHIPPED, {})
    (source,) = settings.sources
    assert (source.location, source.allow) == (
        "http://127.0.0.1:8908/feed.xml",
        ("127.0.0.1:8908",),
    )
    assert source.adoption is Adoption.AUTOMATIC
    assert source.copies == str(ROOT / "var" / "sample" / "copies")
    assert settings.sample is not None
    assert settings.sample.port == 8908
    assert settings.mail.kind is MailKind.FOLDER
    assert settings.mail.folder == ROOT / "var" / "mail"
    assert settings.recipients == (Recipient("editor@example.org", "The archive editor"),)
    assert settings.store.url == f"sqlite:///{ROOT / 'var' / 'checker.db'}"
    assert settings.fetch.allow_networks == ()
    assert settings.daemon.discover == timedelta(seconds=10)
    assert settings.timing.check_every == timedelta(seconds=30)
    assert settings.warnings == ()


def test_replacing_the_two_named_lines_closes_the_sample_and_watches_the_feed(
    write_config, tmp_path
):
    (tmp_path / "copies").mkdir()
    text = SHIPPED.read_text(encoding="utf-8")
    text = text.replace('feed = "sample:8908"', 'feed = "https://www.example.org/feed.xml"')
    text = text.replace('copies = "sample:copies"', 'copies = "copies"')
    settings = load(write_config(text), {})
    (source,) = settings.sources
    assert source.location == "https://www.example.org/feed.xml"
    assert source.copies == str(tmp_path / "copies")
    assert source.allow == ()
    assert source.adoption is Adoption.CONFIRM
    assert settings.sample is None
    assert settings.daemon.discover == timedelta(minutes=15)  # the sample's haste went with it
    assert settings.timing.check_every == timedelta(days=1)


def test_the_sample_does_not_hurry_what_the_file_states(write_config):
    text = '[timing]\ncheck_every = "2h"\n[[source]]\nname = "a"\nfeed = "sample:81"\n'
    settings = load(write_config(text), {})
    assert settings.timing.check_every == timedelta(hours=2)
    assert settings.timing.check_min == timedelta(minutes=15)
    assert settings.daemon.check == timedelta(seconds=5)
    found = problems(write_config("daemon = 1\n" + text))
    assert len(found) == 1


def test_the_shipped_policies():
    policies = load(SHIPPED, {}).policies
    lifetimes = {policy.name: policy.lifetime for policy in policies.policies}
    assert lifetimes == {
        "breaking-news": timedelta(days=2),
        "news": timedelta(days=365),
        "features": timedelta(days=3 * 365),
        "evergreen": None,
        "documentation": timedelta(days=2 * 365),
        "government-guidance": timedelta(days=365),
    }
    guidance = next(p for p in policies.policies if p.name == "government-guidance")
    assert guidance.severity(Rule.REVIEW_OVERDUE, Severity.WARNING) is Severity.OUTDATED
    assert policies.default == "news"
    assert policies.matches[0].kind == "live"
    line = (ROOT / "config" / "policies.toml").read_text().splitlines().index("[[match]]") + 1
    assert policies.matches[0].line.endswith(f"policies.toml:{line}: [[match]] 1")
    assert policies.default_line.endswith("policies.toml:4: default")


@pytest.mark.parametrize("name", ["checker.toml", "policies.toml"])
def test_what_init_writes_is_what_is_shipped(name):
    shipped = (ROOT / "config" / name).read_text(encoding="utf-8")
    assert data.text(f"templates/config/{name}") == shipped


def test_the_comments_of_the_shipped_file_are_valid_when_uncommented(write_config, tmp_path):
    """Every commented-out key is spelled as the schema spells it."""
    keys = set()
    section = ""
    for line in SHIPPED.read_text(encoding="utf-8").splitlines():
        if header := re.match(r"#?\s?\[+(\w+)\]+", line):
            section = header[1]
        elif key := re.match(r"# (\w+) = ", line):
            keys.add((section, key[1]))
    names = {(section, key) for section, key in variables().values()}
    names |= {("fetch", "allow_networks")}
    names |= {
        ("source", key)
        for key in ("adoption", "policy", "section", "recipients", "base_url", "allow")
    }
    for section in ("recipient", "access", "hinter"):
        names |= {(section, key) for key in LISTS[section].model_fields}
    assert len(keys) > 15
    assert keys <= names


def test_without_a_file_the_defaults_apply(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    settings = load(None, {})
    assert settings.file is None
    assert settings.root == tmp_path
    assert settings.timing == Timing()
    assert settings.sources == ()
    assert settings.policies.default == "news"


def test_which_file_is_read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert find(None, {"CHECKER_CONFIG": "other.toml"}) == Path("other.toml")
    assert find(Path("x.toml"), {"CHECKER_CONFIG": "other.toml"}) == Path("x.toml")
    (tmp_path / "checker.toml").write_text("", encoding="utf-8")
    assert find(None, {}) == Path("checker.toml")
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "checker.toml").write_text("", encoding="utf-8")
    assert find(None, {}) == Path("config/checker.toml")
    with pytest.raises(ConfigError, match="CHECKER_CONFIG: set but empty"):
        find(None, {"CHECKER_CONFIG": " "})


def test_relative_paths_start_at_the_project_folder(tmp_path):
    assert root_of(tmp_path / "config" / "checker.toml") == tmp_path
    assert root_of(tmp_path / "elsewhere" / "my.toml") == tmp_path / "elsewhere"


FAULTS = [
    ('data_dri = "x"', "config/checker.toml:1: data_dri: unknown key. Did you mean data_dir?"),
    ("[fetch]\ndelay = 5", "config/checker.toml:2: [fetch] delay: 5 has no unit. Write a whole"),
    ('[fetch]\ndelay = "-5s"', "[fetch] delay: '-5s' is no duration."),
    (
        '[fetch]\nread_timeout = "0s"',
        "[fetch] read_timeout: a duration of nothing would never end.",
    ),
    (
        '[fetch]\ndelay = "1000000000s"',
        "[fetch] delay: 1000000000s is out of bounds. Give 0s to 1h.",
    ),
    ('[timing]\ngone_after = "101y"', "longer than a century. Give at most 100y."),
    ('[daemon]\ncheck = "2y"', "[daemon] check: 2y is out of bounds. Give 1s to 366d."),
    ('[fetch]\nconcurrency = "8"', "[fetch] concurrency: it must be a whole number."),
    ("[fetch]\nconcurrency = 0", "[fetch] concurrency: input should be greater than or equal to 1"),
    ("[fetch]\nconcurrency = true", "[fetch] concurrency: it must be a whole number."),
    ('[fetch]\nmax_body = "much"', "[fetch] max_body: 'much' is no size."),
    ('[fetch]\nmax_body = "0MB"', "[fetch] max_body: '0MB' is no size."),
    ('[fetch]\nproxy = "socks5://h:1"', "[fetch] proxy: 'socks5://h:1' is no http(s) URL."),
    ('[fetch]\nallow_networks = ["10.0.0.1/8"]', "[fetch] allow_networks item 1: 10.0.0.1/8 has"),
    ('[fetch]\nallow_networks = ["0.0.0.0/0"]', "would switch the address guard off"),
    ('[fetch]\nallow_networks = ["intranet"]', "names no host and port and no network"),
    ("fetch = 3", "config/checker.toml:1: [fetch]: it must be a table."),
    ("source = 3", "config/checker.toml:1: source: it must be a list. Write [[source]]."),
    ("recipient = 3", "config/checker.toml:1: recipient: it must be a list."),
    ('[timing]\ncheck_min = "2d"', "check_min 2d, check_every 1d, check_max 90d are out of order"),
    (
        '[mail]\nkind = "pigeon"',
        "[mail] kind: input should be 'smtp', 'sendmail', 'folder' or 'maildir'.",
    ),
    ('[mail]\nsender = "me"', "[mail] sender: 'me' is no mail address."),
    ('[mail]\nsender = "A <a@b.org>"', "is no mail address"),
    ('[mail]\nhost = "a b"', "[mail] host: it has characters that don't belong there."),
    ('[mail]\npassword_file = "none"', "No such file or directory. Name a file that holds"),
    ('[banner]\noutput = "x"\nin_place = true', "[banner]: output and in_place are both given."),
    ('[banner]\nin_place = "no"', "[banner] in_place: it must be true or false."),
    (
        'policies = "gone.toml"',
        "gone.toml: No such file or directory. Name a file that can be read",
    ),
    ('[[source]]\nfeed = "https://e.org/"', "config/checker.toml:1: [[source]] 1 name: missing."),
    ('[[source]]\nname = "a b"\nlist = "x"', "[[source]] 1 name: it has characters"),
    ('[[source]]\nname = "a"', "[[source]] 1: no place given. Give exactly one of list, feed,"),
    (
        '[[source]]\nname = "a"\nfeed = "https://e.org/f"\nsitemap = "https://e.org/s"',
        "[[source]] 1: feed and sitemap given.",
    ),
    (
        '[[source]]\nname = "a"\nfeed = "ftp://e.org/"',
        ":3: [[source]] 1 feed: 'ftp://e.org/' is no",
    ),
    ('[[source]]\nname = "a"\nfeed = "https://"', "is no http(s) URL"),
    ('[[source]]\nname = "a"\nfeed = "https://e.org:99999/"', "is no URL"),
    ('[[source]]\nname = "a"\nfeed = "https://e.org/a b"', "the URL has blanks"),
    ('[[source]]\nname = "a"\nfeed = "https://u:p@e.org/"', "the URL carries credentials"),
    ('[[source]]\nname = "a"\nfeed = "sample:99999"', "is no http(s) URL"),
    ('[[source]]\nname = "a"\nfeed = "sample:80"\nallow = ["h:1"]', "allows itself alone"),
    ('[[source]]\nname = "a"\nlist = "gone.txt"', "gone.txt does not exist. Name one that does"),
    ('[[source]]\nname = "a"\nlist = "config"', "config is a folder. Name a file"),
    ('[[source]]\nname = "a"\nfolder = "config/checker.toml"', "is no folder."),
    (
        '[[source]]\nname = "a"\nfeed = "https://e.org/"\ncopies = "gone"',
        "[[source]] 1 copies:",
    ),
    (
        '[[source]]\nname = "a"\nfeed = "https://e.org/"\ncopies = "sample:copies"',
        "only a sample newsroom has them",
    ),
    (
        '[[source]]\nname = "a"\nfeed = "https://e.org/"\nallow = ["localhost:0"]',
        "[[source]] 1 allow item 1: 'localhost:0' names no host",
    ),
    (
        '[[source]]\nname = "a"\nfeed = "https://e.org/"\nallow = "localhost:1"',
        "[[source]] 1 allow: it must be a list.",
    ),
    (
        '[[source]]\nname = "a"\nfeed = "https://e.org/"\npolicy = "nwes"',
        "[[source]] 1 policy: no policy 'nwes'. Known: news.",
    ),
    (
        '[[recipient]]\naddress = "a@b.org"\nsources = ["x"]',
        "[[recipient]] 1 sources: no source 'x'. Known: none.",
    ),
    (
        '[[recipient]]\naddress = "a@b.org"\n[[recipient]]\naddress = "a@b.org"',
        ":4: [[recipient]] 2 address: a@b.org stands twice.",
    ),
]


@pytest.mark.parametrize(("text", "expected"), FAULTS, ids=[text for text, _ in FAULTS])
def test_each_fault_is_named_with_its_place_and_remedy(write_config, text, expected):
    found = problems(write_config(text))
    assert any(expected in problem for problem in found), found
    assert len(found) == 1, found


def test_same_source_twice(write_config):
    text = """
[[source]]
name = "a"
feed = "https://e.org/"
[[source]]
name = "A"
feed = "https://e.org/"
[[source]]
name = "b"
feed = "sample:81"
[[source]]
name = "c"
feed = "sample:82"
"""
    twice = "'A' stands twice. Give each source a name of its own."
    assert problems(write_config(text)) == [
        f"config/checker.toml:6: [[source]] 2 name: {twice}",
        "config/checker.toml:7: [[source]] 2 feed: 'a' has the same feed. Keep one of the two.",
        "config/checker.toml:13: [[source]] 4 feed: a second sample newsroom. Keep one of them.",
    ]


def test_all_faults_are_reported_at_once(write_config):
    text = 'data_dri = 1\n[fetch]\ndelay = 5\n[mail]\nport = 0\n[[source]]\nname = "a"'
    found = problems(
        write_config(text, 'default = "x"\n'), {"CHECKER_MAIL_HOST": "", "CHECKER_X": "1"}
    )
    assert len(found) == 7, found
    message = str(ConfigError(found))
    assert "7 problems" in message
    assert "checker config check" in message


POLICY_FAULTS = [
    ("", [": default: missing. Name one of the policies."]),
    (
        POLICIES + "x = 1",
        [
            "[policy.news] x: unknown key. Known here: check_max, check_min, hours, lifetime, rules, weight, zone."
        ],
    ),
    ("x = 1\n" + POLICIES, ["x: unknown key. Known here: default, match, policy."]),
    (POLICIES.replace('"news"', '"nwes"'), ["default: no policy 'nwes'. Known: news."]),
    (POLICIES + '[policy.x]\nlifetime = "soon"', ["[policy.x] lifetime: 'soon' is no duration."]),
    (POLICIES + "[policy.x]", ["[policy.x] lifetime: missing."]),
    (POLICIES + 'rules = { age-exceded = "off" }', ["unknown rule. Did you mean age-exceeded?"]),
    (POLICIES + 'rules = { expired = "loud" }', ["rules.expired: input should be 'off'"]),
    (POLICIES + '[[match]]\npolicy = "x"\ntag = "t"', ["[[match]] 1 policy: no policy 'x'."]),
    (POLICIES + '[[match]]\npolicy = "news"', ["[[match]] 1: it has no condition"]),
    (
        POLICIES + '[[match]]\npolicy = "news"\nsource = "s"',
        ["[[match]] 1 source: no source 's'. Known: none."],
    ),
    ('policy = 1\ndefault = "x"', ["policy: it must be tables.", "default: no policy"]),
    ("match = 1\n" + POLICIES, ["match: it must be a list."]),
]


@pytest.mark.parametrize(("text", "expected"), POLICY_FAULTS, ids=[t for t, _ in POLICY_FAULTS])
def test_faults_of_policies(write_config, text, expected):
    found = problems(write_config("", text))
    assert len(found) == len(expected), found
    for problem, sentence in zip(found, expected, strict=True):
        assert problem.startswith("config/policies.toml")
        assert sentence in problem


FILES = [
    (b"x = \n", "config/checker.toml:1: no valid TOML: Invalid value."),
    (b"a = 1\na = 2\n", "config/checker.toml:2: no valid TOML: Cannot overwrite a value."),
    (b"[fetch]\ndelay = 010", "config/checker.toml:2: no valid TOML"),
    (b'[mail]\nhost = "unclosed', "config/checker.toml:2: no valid TOML"),
    ("# caf\u00e9\n".encode("latin-1"), "config/checker.toml:1: byte 0xe9 is not UTF-8."),
    (b"#" * 1_000_001, "1,000,001 bytes. No configuration is that long"),
    (b"a = " + b"[" * 5000, "nested too deeply"),
]


@pytest.mark.parametrize(("raw", "expected"), FILES, ids=[e for _, e in FILES])
def test_files_that_are_no_toml(write_config, raw, expected):
    (problem,) = problems(write_config(raw))
    assert expected in problem


def test_a_byte_order_mark_and_windows_line_ends_are_read(write_config):
    path = write_config(b'\xef\xbb\xbfdata_dir = "x"\r\n[mail]\r\nport = 25\r\n')
    assert load(path, {}).mail.port == 25


def test_missing_file_is_one_clear_problem(tmp_path):
    with pytest.raises(ConfigError, match=r"No such file or directory\. Name a file"):
        load(tmp_path / "none.toml", {})


def test_environment_overrides_the_file(write_config):
    path = write_config('[mail]\nhost = "a.example.org"\n[banner]\nin_place = false\n')
    env = {
        "CHECKER_MAIL_HOST": "b.example.org",
        "CHECKER_MAIL_PORT": "2525",
        "CHECKER_BANNER_IN_PLACE": "true",
        "CHECKER_TIMING_CHECK_EVERY": "3h",
        "CHECKER_STORE_URL": "sqlite:///data.db",
        "CHECKER_FETCH_PROXY": "http://u:canary@h:1",
        "CHECKER_DATA_DIR": "elsewhere",
        "CHECKER_FETCH_MAX_BODY": "5MB",
        "CHECKER_CORPORA": "/anything",
        "CHECKER_CONFIG": "",
        "PATH": "x",
    }
    settings = load(path, env)
    assert (settings.mail.host, settings.mail.port) == ("b.example.org", 2525)
    assert settings.banner.in_place is True
    assert settings.timing.check_every == timedelta(hours=3)
    assert settings.data_dir.name == "elsewhere"
    assert settings.fetch.max_body == 5_000_000
    assert "canary" not in repr(settings)
    assert "canary" not in json.dumps(as_plain(settings))


ENVIRONMENT_FAULTS = [
    ("CHECKER_MAIL_HOST", " ", "environment CHECKER_MAIL_HOST: set but empty."),
    ("CHECKER_MIAL_HOST", "x", "unknown variable. Did you mean CHECKER_MAIL_HOST?"),
    ("CHECKER_QQQQQQQQQQ", "x", "unknown variable. See docs/reference/configuration.md."),
    ("CHECKER_MAIL_PORT", "many", "environment CHECKER_MAIL_PORT: it must be a whole number."),
    ("CHECKER_BANNER_IN_PLACE", "yes", "environment CHECKER_BANNER_IN_PLACE: it must be true or"),
    ("CHECKER_TIMING_CHECK_EVERY", "0d", "environment CHECKER_TIMING_CHECK_EVERY: a duration of"),
    ("CHECKER_FETCH_ALLOW_NETWORKS", "10.0.0.0/8", "networks are allowed in the file only."),
]


@pytest.mark.parametrize(("name", "value", "expected"), ENVIRONMENT_FAULTS)
def test_faults_of_the_environment(write_config, name, value, expected):
    (problem,) = problems(write_config(""), {name: value})
    assert expected in problem


def test_an_override_beside_a_broken_section_reports_the_section(write_config):
    (problem,) = problems(write_config("mail = 3"), {"CHECKER_MAIL_HOST": "x"})
    assert "[mail]: it must be a table" in problem


def test_passwords_come_from_file_or_environment(write_config, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("canary-in-file\n", encoding="utf-8")
    secret.chmod(0o600)
    path = write_config('[mail]\npassword_file = "secret"')
    settings = load(path, {})
    assert settings.mail.password == "canary-in-file"
    assert settings.warnings == ()
    override = load(path, {"CHECKER_MAIL_PASSWORD": "canary-in-env"})
    assert override.mail.password == "canary-in-env"
    for one in (settings, override):
        assert "canary" not in repr(one)
        assert "canary" not in json.dumps(as_plain(one))
    secret.chmod(0o644)
    (warning,) = load(path, {}).warnings
    assert "is a password and others can read it (mode 644)" in warning
    secret.write_text("\n", encoding="utf-8")
    assert any("is empty. Write the password into it." in one for one in problems(path))


def test_a_password_in_an_open_file_is_warned_of(write_config):
    path = write_config('[mail]\npassword = "canary"')
    path.chmod(0o640)
    (warning,) = load(path, {}).warnings
    assert "holds the mail password" in warning
    assert "canary" not in warning
    path.chmod(0o600)
    assert load(path, {}).warnings == ()


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:canary@h",
        "postgresql://u:canary@h/",
        "postgresql+psycopg://u:canary@h/d",
        "mysql://u:canary@h/d",
        "u:canary",
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite:///a.db?x=1",
    ],
)
def test_a_store_that_this_version_can_not_open_is_a_fault_of_the_configuration(write_config, url):
    with pytest.raises(
        ConfigError, match=r"no SQLite file and no PostgreSQL.*Write it as sqlite:///"
    ) as caught:
        load(write_config(f'[store]\nurl = "{url}"'), {})
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("url", ["postgresql://u@h:5433/d", "postgresql:///d?host=/run/pg"])
def test_the_store_may_be_on_a_server(write_config, url):
    assert load(write_config(f'[store]\nurl = "{url}"'), {}).store.url == url


def test_credentials_in_urls_of_an_open_file_are_warned_of(write_config):
    text = '[fetch]\nproxy = "http://u:canary@h:1"\n[store]\nurl = "postgresql://u:canary@h/d"'
    path = write_config(text)
    path.chmod(0o644)
    proxy, store = load(path, {}).warnings
    assert "holds the database's password and others can read it" in store
    assert "canary" not in store
    assert "holds the proxy's password and others can read it" in proxy
    assert "canary" not in proxy
    elsewhere = {"CHECKER_FETCH_PROXY": "http://u:p@h:1", "CHECKER_STORE_URL": "sqlite:///x.db"}
    assert load(path, elsewhere).warnings == ()


def test_password_twice(write_config, tmp_path):
    (tmp_path / "s").write_text("x", encoding="utf-8")
    (problem,) = problems(write_config('[mail]\npassword = "canary"\npassword_file = "s"'))
    assert "password_file is given too" in problem
    assert "canary" not in problem


def test_faults_never_quote_a_secret(write_config):
    found = problems(
        write_config('[fetch]\nproxy = "ftp://u:canary@h/"\n[mail]\npassword = 17'),
        {"CHECKER_STORE_URL": ""},
    )
    assert len(found) == 3
    assert "canary" not in " ".join(found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("postgresql://u:p@h/d", "postgresql://(hidden)@h/d"),
        ("http://u:p@x@h/", "http://(hidden)@h/"),
        ("postgresql://h/d?password=x&a=b", "postgresql://h/d?password=(hidden)&a=b"),
        ("https://example.org/a", "https://example.org/a"),
        ("me@example.org", "me@example.org"),
    ],
)
def test_redaction(text, expected):
    assert redacted(text) == expected


def test_a_full_source(write_config, tmp_path):
    (tmp_path / "a.warc.gz").write_bytes(b"")
    text = """
[[source]]
name = "a"
warc = "a.warc.gz"
base_url = "https://e.org/"
adoption = "automatic"
allow = ["cms.example:80", "10.1.0.0/16", "[::1]:80"]
policy = "news"
section = "Politics"
recipients = ["x@e.org"]
enabled = false
"""
    (source,) = load(write_config(text), {}).sources
    assert source.kind is SourceKind.WARC
    assert source.location == str(tmp_path / "a.warc.gz")
    assert source.allow == ("cms.example:80", "10.1.0.0/16", "[::1]:80")
    assert source.recipients == ("x@e.org",)
    assert (source.policy, source.section, source.enabled) == ("news", "Politics", False)
    assert source.adoption is Adoption.AUTOMATIC


@given(st.integers(1, 36_500 * 86_400))
def test_durations_come_back_as_they_were_shown(seconds):
    length = timedelta(seconds=seconds)
    assert duration(shown(length)) == length


# -- editing ------------------------------------------------------------------------------------

BEFORE = '# top\ndata_dir = "x"\n\n[[source]]\nname = "a"  # one\nfeed = "https://a.org/"\n\n# mail follows\n[mail]\nport = 25\n'


def test_adding_and_removing_a_source_keeps_the_rest_of_the_text():
    added = add_source(BEFORE, {"name": "b", "list": 'it"s\\.txt', "allow": ["h:1"]})
    assert added.startswith(BEFORE)
    assert tomllib.loads(added)["source"][1] == {
        "name": "b",
        "list": 'it"s\\.txt',
        "allow": ["h:1"],
    }
    assert remove_source(added, "b").rstrip() == BEFORE.rstrip()
    without = remove_source(BEFORE, "a")
    assert without == '# top\ndata_dir = "x"\n\n# mail follows\n[mail]\nport = 25\n'
    assert add_source("", {"name": "n", "list": "l"}) == '[[source]]\nname = "n"\nlist = "l"\n'


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_any_value_survives_the_edit(value):
    added = add_source(BEFORE, {"name": "new", "section": value})
    assert tomllib.loads(added)["source"][-1]["section"] == value


def test_an_unknown_source_is_not_removed():
    with pytest.raises(CheckerError, match=r"the file has none\. Known: a\."):
        remove_source(BEFORE, "z")


@pytest.mark.parametrize(
    "text",
    [
        'source = [{ name = "a" }, { name = "b" }]\n',
        '[[source]]\nname = "a"\nsection = """\n[x]\n"""\n',
    ],
)
def test_a_file_that_cannot_be_cut_safely_is_left_alone(text):
    with pytest.raises(CheckerError, match="can't be edited safely"):
        remove_source(text, "a")


def test_writing_replaces_whole_and_keeps_the_mode(tmp_path):
    path = tmp_path / "c.toml"
    write(path, "a = 1\r\n")
    assert path.read_bytes() == b"a = 1\r\n"
    path.chmod(0o600)
    write(path, "a = 2\n")
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["c.toml"]
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError):
        write(tmp_path / "folder", "x")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["c.toml", "folder"]


def test_banners_own_texts_language_and_stylesheet(write_config):
    text = (
        '[banner]\nlanguage = "de"\nstylesheet = "https://static.example.org/n.css"\n'
        '[[banner.custom]]\nuri = "https://news.example.org/off/*"\nshow = false\n'
        '[[banner.custom]]\npolicy = "news"\nlanguage = "nl"\ntext = "Uit ons archief."\n'
    )
    rules = load(write_config(text), {}).banner.rules
    assert (rules.language, rules.stylesheet) == ("de", "https://static.example.org/n.css")
    assert [(one.policy, one.uri, one.show) for one in rules.custom] == [
        (None, "https://news.example.org/off/*", False),
        ("news", None, True),
    ]
    assert (rules.custom[1].language, rules.custom[1].text) == ("nl", "Uit ons archief.")


def test_every_language_of_banners_can_be_configured():
    assert get_args(schema.Tongue) == BANNER_LANGUAGES


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[banner]\nlanguage = "sv"\n', "[banner] language"),
        ('[[banner.custom]]\ntext = "x"\n', "neither policy nor uri"),
        ('[[banner.custom]]\nuri = "x"\nlanguage = "xx"\n', "language"),
    ],
)
def test_faults_of_the_banners_own_texts(write_config, text, expected):
    assert expected in " ".join(problems(write_config(text)))


OFFICES = """
[[office]]
name = "Mayor of Oberbach"
titles = ["mayor", "chancellor"]
known = true
holders = [
  {names = ["Jane Roe", "Jane Q. Roe"], since = 2014-05-01, until = 2019-04-30, fact = "minutes"},
  {names = ["Kim Lee-Doe"], short = ["Lee-Doe"], since = 2019-05-01, unverified = true},
]
"""


def with_offices(write_config, text: str):
    file = write_config('offices = "own.toml"\n')
    (root_of(file) / "own.toml").write_text(text, encoding="utf-8")
    return load(file, {})


def test_offices_of_the_users_own(write_config):
    settings = with_offices(write_config, OFFICES)
    (office,) = settings.offices
    assert (office.name, office.known, office.kept) == ("Mayor of Oberbach", True, False)
    assert {"mayor", "alcalde", "bundeskanzlerin"} <= set(office.titles)  # groups of titles
    first, second = office.holders
    assert first.names == ("Jane Roe", "Jane Q. Roe")
    assert (first.short, first.until, first.verified) == (("Roe",), date(2019, 4, 30), True)
    assert (second.short, second.until, second.verified) == (("Lee-Doe",), None, False)
    assert as_plain(settings)["offices"][0]["holders"][0]["since"] == "2014-05-01"
    json.dumps(as_plain(settings))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            OFFICES.replace("2019-04-30", "2009-04-30"),
            "the term ends on 2009-04-30, before it begins",
        ),
        (OFFICES.replace("titles", "title"), "unknown key. Did you mean titles?"),
        (OFFICES.replace("since = 2014-05-01", 'since = "May"'), "since"),
        (OFFICES.replace("[[office]]", "[office]"), "it must be a list. Write [[office]]."),
        (OFFICES + "\nmore = 1\n[other]\n", "unknown key"),
        ("office = 1", "it must be a list"),
        ("[[office", "no valid TOML"),
    ],
)
def test_faults_of_the_users_offices(write_config, text, expected):
    with pytest.raises(ConfigError) as raised:
        with_offices(write_config, text)
    assert expected in str(raised.value)
    assert "own.toml" in str(raised.value)


def test_offices_that_are_not_there(write_config):
    with pytest.raises(ConfigError, match=r"own\.toml"):
        load(write_config('offices = "own.toml"\n'), {})
