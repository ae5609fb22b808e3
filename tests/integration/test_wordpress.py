"""The WordPress plugin, run by PHP against a real status API; only WordPress itself is stood in for."""

import html
import json
import re
import shutil
import socket
import subprocess
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from checker.entry.web.app import build
from checker.entry.web.parts import Parts
from checker.entry.web.script import styles
from checker.entry.web.server import running
from tests.helpers_delivery import CORRECTED, FINE, OLD, UNJUDGED, board_over, newsroom
from tests.loopback import Loopback, Raw, Reply

PHP = shutil.which("php")
pytestmark = pytest.mark.skipif(PHP is None, reason="no PHP here: the plugin's suite is skipped")

ROOT = Path(__file__).parents[2]
PLUGIN = ROOT / "deploy" / "wordpress" / "archive-checker"
TEXT = "<p>The text.</p>"


@pytest.fixture(scope="module")
def checker(tmp_path_factory):
    folder = tmp_path_factory.mktemp("store")
    with newsroom(folder), board_over(folder) as board:
        with running(build(Parts(board, lambda: None)), "127.0.0.1:0") as address:
            yield address


def run(checker, *views, permalink=OLD):
    """What the plugin made of page views, one after the other."""
    told = {"checker": checker, "permalink": permalink, "views": list(views) or [{}]}
    done = subprocess.run(
        [PHP, "-d", "display_errors=stderr", ROOT / "tests/wordpress/run.php"],
        input=json.dumps(told), capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def contents(result):
    return [view["content"] for view in result["views"]]


@pytest.mark.parametrize("path", sorted(PLUGIN.glob("*.php")), ids=lambda path: path.name)
def test_php_finds_no_fault_with_the_plugin(path):
    done = subprocess.run(
        [PHP, "-l", path], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stdout
    direct = subprocess.run([PHP, path], capture_output=True, text=True, check=False, timeout=60)
    assert (direct.returncode, direct.stdout, direct.stderr) == (0, "", "")  # asked for by address


def test_a_post_that_is_out_of_date_bears_its_notice_before_the_text(checker):
    (view,) = run(checker)["views"]
    notice, text = re.fullmatch(r"(<section .*</section>)(.*)", view["content"]).groups()
    assert text == TEXT
    assert '<time datetime="2017-03-31">31 March 2017</time>' in notice
    assert re.search(r'aria-labelledby="([^"]+)".* id="\1"', notice)
    assert "<a " not in notice  # it would lead to where the reader is
    assert view["styles"] == {"archive-checker": styles()}
    assert len(view["requests"]) == 2  # the status and the styles


@pytest.mark.parametrize("url", [FINE, UNJUDGED, CORRECTED, "https://elsewhere.example/", "", "17"])
def test_a_post_of_which_nothing_is_to_be_said_is_shown_as_it_is(checker, url):
    (view,) = run(checker, permalink=url)["views"]
    assert (view["content"], view["styles"]) == (TEXT, [])


@pytest.mark.parametrize(
    "state",
    [{"singular": False}, {"feed": True}, {"preview": True}, {"password": True}, {"loop": False}, {"main": False}],
)  # fmt: skip
def test_only_the_post_itself_bears_it(checker, state):
    assert contents(run(checker, {"state": state})) == [TEXT]


def test_nothing_is_asked_before_an_address_is_set():
    (view,) = run("", {"options": {}})["views"]
    assert (view["content"], view["requests"]) == (TEXT, [])


def test_an_answer_is_good_for_minutes(checker):
    views = run(checker, {}, {}, {"later": 299}, {"later": 2})["views"]
    assert len({view["content"] for view in views}) == 1
    assert [len(view["requests"]) for view in views] == [2, 0, 0, 2]


def test_that_there_is_nothing_to_say_is_remembered_too(checker):
    views = run(checker, {}, {}, permalink=UNJUDGED)["views"]
    assert [len(view["requests"]) for view in views] == [1, 0]


@pytest.mark.parametrize("fault", ["refused", "hung", "dribbling", "failing", "moved", "garbage"])
def test_an_outage_is_silent_and_costs_one_page_a_second_at_most(fault):
    answers = {
        "hung": Raw([b"", b""], pause=20),
        "dribbling": Raw([b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n", b"{", b"{"], pause=20),
        "failing": Reply(503, b"<b>sorry</b>"),
        "moved": Reply(302, b"", (("Location", "/other"),)),
        "garbage": Reply(200, b"<html>not JSON"),
    }
    path = f"/api/v1/status?quiet=1&here=1&url={OLD.replace(':', '%3A').replace('/', '%2F')}"
    with Loopback({path: answers.get(fault, Reply(500))}) as away:
        address = away.url("")
        if fault == "refused":
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                address = f"http://127.0.0.1:{free.getsockname()[1]}"
        first, second, later = run(address, {}, {}, {"later": 301})["views"]
    assert {first["content"], second["content"], later["content"]} == {TEXT}
    assert first["seconds"] < 5
    assert second["requests"] == []
    assert len(later["requests"]) == 1


def test_while_the_checker_is_away_the_last_answer_serves_for_a_day(tmp_path):
    with newsroom(tmp_path), board_over(tmp_path) as board:
        with running(build(Parts(board, lambda: None)), "127.0.0.1:0") as address:
            with stopped_after(2, address) as proxy:
                later = ({"later": seconds} for seconds in (301, 3600, 86_400))
                views = run(proxy, {}, *later)["views"]
    assert ["<section" in view["content"] for view in views] == [True, True, True, False]


@contextmanager
def stopped_after(questions, address):
    """Stands before *address* for so many questions, then fails."""
    left = iter(range(questions))

    def answer(seen):
        if next(left, None) is None:
            return Reply(500)
        got = requests.get(address + seen.path, timeout=20)
        return Reply(got.status_code, got.content)

    with Loopback() as site:
        site.script = _Every(answer)
        yield site.url("")


class _Every(dict):
    """A script with one answer for every path."""

    def __init__(self, answer):
        super().__init__()
        self.answer = answer

    def get(self, _path, _default=None):
        return self.answer


def test_whatever_the_checker_says_is_text():
    attack = "</p><script>alert('1')</script>\"'&"
    notice = {"language": f'en" onclick="{attack}', "tone": 'x" onclick=alert(1) ', "heading": attack,
              "sentences": [attack, ["no", "text"], f"On 1 May {attack}"],
              "dates": [{"text": "1 May", "datetime": f'2020-05-01"{attack}'}, "x"],
              "link": {"href": "javascript:alert(1)", "text": attack}}  # fmt: skip
    sheet = Reply(200, b"p{}</style><script>alert(1)</script>")
    answer = Reply(200, json.dumps({"notice": notice}).encode())
    with Loopback() as site:
        site.script = _Every(lambda seen: sheet if seen.path == "/banner.css" else answer)
        (view,) = run(site.url(""))["views"]
    assert view["styles"] == []
    tags = re.findall(r"<[^>]*>", view["content"])
    assert {re.match(r"</?(\w+)", tag)[1] for tag in tags} == {"section", "p", "time"}
    assert not any("onclick" in re.sub(r'"[^"]*"', "", tag) for tag in tags)
    assert html.escape(attack, quote=True).replace("&#x27;", "&#039;") in view["content"]


@pytest.mark.parametrize(
    "answer", [b"[]", b'"x"', b"{}", b'{"notice": 1}', b'{"notice": {"heading": 7}}', b"\xff"]
)
def test_an_answer_of_another_shape_is_none(answer):
    with Loopback() as site:
        site.script = _Every(lambda _: Reply(200, answer))
        assert contents(run(site.url(""))) == [TEXT]


def test_its_one_setting_is_an_address_that_only_those_in_charge_may_change(checker):
    result = run(checker)
    assert (result["right"], result["closed"]) == ("manage_options", "")
    assert result["clean"] == ["https://c.example/", "", ""]
    assert "<script>" not in result["page"]
    assert 'value="&quot;&gt;&lt;script&gt;"' in result["page"]
