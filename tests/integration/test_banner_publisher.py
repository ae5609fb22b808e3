"""A publisher's own notice in a text, from the file to the flagged copy: not doubled, completed.

The words are those of a real site's archive pages; the story was written for this test.
"""

import re
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from checker.entry.cli import main

SAID = (
    "This is an archived article and the information in the article may be outdated. Please look at"
    " the time stamp on the story to see when it was last updated."
)
STORY = (
    "The departments said this week that their agents will continue to make arrests at courthouses.",
    "Agents detain a man on Oct. 14, 2015, in Los Angeles. (Credit: A. Photographer/Agency)",
    "The chief justice had asked them in a letter earlier this month to stay away from her courts.",
)
POLICIES = """default = "news"
[policy.news]
lifetime = "1y"
rules = { no-timestamp = "outdated" }
"""


def page(meta: str = "", said: str = SAID) -> str:
    words = "".join(f"<p>{line}</p>" for line in (said, *STORY) if line)
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">{meta}<title>Arrests</title>'
        f"</head><body><article><h1>Arrests at courthouses go on</h1>{words}</article></body></html>"
    )


@pytest.fixture
def flag(tmp_path, monkeypatch, capsys):
    """Bytes in, the flagged copy's notice out: heading, sentences, whole text."""
    monkeypatch.chdir(tmp_path)
    Path("policies.toml").write_text(POLICIES, encoding="utf-8")
    Path("checker.toml").write_text('policies = "policies.toml"\n', encoding="utf-8")
    Path("copies").mkdir()

    def flagged(html: str):
        Path("copies/a.html").write_text(html, encoding="utf-8")
        assert run("banner", "apply", "copies", "--output", "out", "--offline") == 0
        published = Path("out/a.html").read_bytes()
        found = LexborHTMLParser(published.decode()).css("section.archive-checker-notice")
        assert len(found) == 1
        heading, *sentences = (line.text() for line in found[0].css("p"))
        assert run("banner", "remove", "copies", "--output", "out") == 0
        assert Path("out/a.html").read_text(encoding="utf-8") == html
        return heading, sentences, published.decode()

    def run(*words: str) -> int:
        code = main(list(words))
        capsys.readouterr()
        return code

    return flagged


def test_a_lost_time_stamp_is_told_and_the_notice_is_not_said_twice(flag):
    heading, sentences, whole = flag(page())
    assert heading == "About this archived article"
    assert sentences == [
        "The date of this article is not known; it was written on or after 14 October 2015."
    ]
    assert whole.count("may be outdated") == 1
    assert '<time datetime="2015-10-14">' in whole
    assert "datePublished" not in re.sub("sdDatePublished", "", whole)


def test_a_date_that_the_page_states_is_added(flag):
    """ "Look at the time stamp", says the publisher: ours names it, and not the age once more."""
    meta = '<meta property="article:published_time" content="2017-03-31T10:00:00Z">'
    heading, sentences, _ = flag(page(meta))
    assert heading == "About this archived article"
    assert sentences == ["This article was published on 31 March 2017."]


def test_without_the_publishers_notice_ours_says_it(flag):
    meta = '<meta property="article:published_time" content="2017-03-31T10:00:00Z">'
    heading, sentences, _ = flag(page(meta, said=""))
    assert heading == "This is an older article"
    assert re.fullmatch(r"This article is more than \d+ years old\.", sentences[0])
    assert sentences[1:] == ["It was published on 31 March 2017."]
