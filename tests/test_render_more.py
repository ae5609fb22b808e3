"""The reports for other programs: JSON lines, Markdown, SARIF, JUnit, GitHub; charts and diffs."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from pydantic_sarif.model import StaticAnalysisResultsFormatSarifVersion210JsonSchema as Sarif

from checker import data
from checker.entry.render import to_github, to_html, to_jsonl, to_junit, to_markdown, to_sarif
from checker.entry.render.charts import charts, newest
from checker.entry.render.json_report import item_data, report_data
from checker.entry.render.word_diff import word_diff
from checker.model import BlockKind, Dates, Edit, Rule, Severity, Skipped, Status
from tests.helpers_report import (
    HOSTILE,
    MODIFIED,
    NOW,
    PUBLISHED,
    finding,
    hostile,
    item,
    ordinary,
    reading,
    report,
)
from tests.made_reports import made

ROOT = Path(__file__).parent.parent
SKIPPED = (Skipped("a.pdf", "a PDF"),)
FULL = report(*ordinary(), skipped=SKIPPED)
STOPPED = replace(FULL, complete=False)


def placed(path: str = "docs/a.html", line: int = 7):
    """The first ordinary item in a file, its first finding on a known line."""
    return replace(ordinary()[0], path=path, lines=(line, 0))


# -- JSON lines ---------------------------------------------------------------------------------


def test_json_lines_say_what_the_json_report_says():
    lines = [json.loads(line) for line in to_jsonl(FULL).splitlines()]
    kinds = [line.pop("type") for line in lines]
    assert kinds == ["report", "document", "document", "document", "skipped", "summary"]
    data = report_data(FULL)
    assert lines[1:4] == data["documents"]
    assert lines[0]["as_of"] == data["as_of"]
    assert lines[-1] == {"counts": data["counts"], "complete": True}
    assert json.loads(to_jsonl(STOPPED).splitlines()[-1])["complete"] is False
    assert to_jsonl(hostile()).isascii()


# -- Markdown -----------------------------------------------------------------------------------


def test_markdown_tells_what_is_to_be_done():
    text = to_markdown(FULL)
    assert "## Outdated (1)" in text
    assert "- **[Flood](<https://example.org/changed.html>)** — changed\\.html" in text
    assert "  - `source-changed` (outdated): The source differs" in text
    assert "    > on Oct\\. 14, 2015" in text
    assert "has-notice" not in text  # remarks are for those who ask
    assert "- a\\.pdf: a PDF" in text
    assert "stopped early" in to_markdown(STOPPED)


def test_markdown_counts_current_documents_where_there_are_many():
    text = to_markdown(report(*(item(f"{n}.html", Status.CURRENT) for n in range(200))))
    assert "## Current (200)" in text
    assert "Too many to list" in text
    assert len(text.splitlines()) < 10


def test_hostile_text_is_no_markdown():
    bad = item(
        "x", Status.OUTDATED, finding(Rule.EXPIRED, Severity.OUTDATED, "@all <b>[a](http://e)`\n# h"),
        uri="https://e.org/>)<script>", reading=reading("| a | *b* _c_ <img src=x>"),
    )  # fmt: skip
    text = to_markdown(report(bad))
    assert not re.search("<(b|img|script)", text)
    assert "@" not in text
    assert "(http://e" not in text
    assert "\n# h" not in text
    assert "https://e.org/%3E)%3Cscript%3E" in text
    assert "\x1b" not in to_markdown(hostile())


# -- SARIF --------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [FULL, STOPPED, hostile(), report(), report(placed())])
def test_sarif_keeps_to_its_schema(value):
    """The models are generated from the schema of SARIF 2.1.0, required keys and enums included."""
    Sarif.model_validate_json(to_sarif(value))


def sarif_run(value) -> dict:
    (run,) = json.loads(to_sarif(value))["runs"]
    return run


def test_sarif_has_rules_results_places_and_what_was_skipped():
    run = sarif_run(replace(FULL, items=(placed(), *ordinary()[1:])))
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == sorted(
        {r.value for r in Rule}, key=[r["id"] for r in rules].index
    )
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    first, second, third, fourth = run["results"]
    assert [one["level"] for one in run["results"]] == ["error", "warning", "warning", "note"]
    place = first["locations"][0]["physicalLocation"]
    file = {"uri": "docs/a.html", "uriBaseId": "%SRCROOT%"}
    assert place == {"artifactLocation": file, "region": {"startLine": 7}}
    assert list(run["originalUriBaseIds"]) == ["%SRCROOT%"]
    fetched = third["locations"][0]
    assert "uriBaseId" not in fetched["physicalLocation"]["artifactLocation"]
    assert second["locations"][0]["physicalLocation"]["region"] == {"startLine": 1}
    assert "Oct. 14, 2015" in third["message"]["text"]
    assert fourth["properties"]["document"] == "seed.txt"
    (note,) = run["invocations"][0]["toolExecutionNotifications"]
    assert note["message"]["text"] == "a.pdf: a PDF"
    assert sarif_run(STOPPED)["invocations"][0]["executionSuccessful"] is False


def test_the_models_that_sarif_is_held_to_refuse_what_the_schema_does_not_have():
    log = json.loads(to_sarif(FULL))
    log["runs"][0]["results"][0]["invented"] = 1
    with pytest.raises(ValidationError, match="invented"):
        Sarif.model_validate(log)


def test_each_rule_says_what_code_scanning_shows_of_it():
    """GitHub: "SARIF support for code scanning", the table of ``reportingDescriptor``."""
    anchors = re.findall("^## (.+)$", (ROOT / "docs/reference/rules.md").read_text(), re.MULTILINE)
    for rule in sarif_run(FULL)["tool"]["driver"]["rules"]:
        assert rule["helpUri"].endswith(f"docs/reference/rules.md#{rule['id']}")
        assert rule["id"] in anchors
        assert rule["shortDescription"]["text"]
        assert rule["help"]["text"]
        assert rule["help"]["markdown"]
        assert len(rule["fullDescription"]["text"]) <= 1024
        assert rule["properties"]["tags"] == ["freshness"]
        assert rule["properties"]["problem.severity"] in {"error", "warning", "recommendation"}
        assert len(rule["name"]) <= 255


def test_a_sarif_fingerprint_is_of_what_was_found_and_where():
    def of(value):
        return [one["partialFingerprints"]["findingHash/v1"] for one in sarif_run(value)["results"]]

    assert of(report(placed())) == of(report(placed(line=90)))  # moving it changes nothing
    assert of(report(placed())) != of(report(placed("docs/b.html")))
    assert len(set(of(FULL))) == len(of(FULL))


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("docs/a b%.html", "docs/a%20b%25.html"),
        ("a:b.html", "a%3Ab.html"),
        ("/srv/a.html", "file:///srv/a.html"),
        ("../a.html", "../a.html"),
        ("a\udce4.html", "a%3F.html"),
    ],
)
def test_a_file_s_name_becomes_a_reference(path, uri):
    (first, _) = sarif_run(report(placed(path)))["results"]
    assert first["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


# -- JUnit --------------------------------------------------------------------------------------


@given(st.text(), st.text())
def test_junit_is_xml_whatever_the_text(name, message):
    bad = item(name, Status.OUTDATED, finding(Rule.EXPIRED, Severity.OUTDATED, message, message))
    root = ET.fromstring(to_junit(report(bad, skipped=(Skipped(name, message),))).encode())
    assert root.attrib["tests"] == "2"


def test_junit_counts_what_fails_and_what_could_not_be_judged():
    root = ET.fromstring(to_junit(FULL).encode())
    suite = root[0]
    assert {key: suite.attrib[key] for key in ("tests", "failures", "errors", "skipped")} == {
        "tests": "4", "failures": "1", "errors": "0", "skipped": "2",
    }  # fmt: skip
    cases = {case.attrib["name"]: case for case in suite.iter("testcase")}
    failure = cases["changed.html"].find("failure")
    assert failure.attrib["type"] == "source-changed"
    assert "The source differs" in failure.attrib["message"]
    assert "stealth-edit" in cases["changed.html"].find("system-out").text
    assert "No date of publication" in cases["seed.txt"].find("skipped").attrib["message"]
    assert cases["a.pdf"].find("skipped").attrib["message"] == "a PDF"
    assert len(cases["fine.html"]) == 0
    bare = item("x", Status.OUTDATED)
    assert "outdated" in to_junit(report(bare))
    assert "a PDF" in to_junit(
        report(item("x", Status.UNDETERMINED, reading=reading(problem="a PDF")))
    )
    assert ' name="docs/a.html"' in to_junit(report(placed()))


# Jenkins' xUnit plugin holds files to its junit-10.xsd; this is that schema as a table: attributes,
# those required with a star, and children. GitLab and GitHub's test reporters read a part of it.
# https://github.com/jenkinsci/xunit-plugin, types/model/xsd/junit-10.xsd
JENKINS = {
    "testsuites": ("name time tests failures errors", "testsuite"),
    "testsuite": (
        "name* tests* failures* errors* group time skipped timestamp hostname id package file log url",
        "testsuite properties testcase system-out system-err",
    ),
    "testcase": (
        "name* time classname group",
        "skipped error failure rerunFailure rerunError flakyFailure flakyError system-out system-err",
    ),
    "failure": ("type message", ""),
    "skipped": ("type message", ""),
    "system-out": ("", ""),
}


@pytest.mark.parametrize("value", [FULL, STOPPED, hostile(), report(), report(placed())])
def test_junit_keeps_to_the_schema_of_jenkins(value):
    for one in ET.fromstring(to_junit(value).encode()).iter():
        attributes, children = (words.split() for words in JENKINS[one.tag])
        required = {name[:-1] for name in attributes if name.endswith("*")}
        assert required <= set(one.attrib) <= {name.rstrip("*") for name in attributes}, one.tag
        assert {child.tag for child in one} <= set(children), one.tag


# -- GitHub -------------------------------------------------------------------------------------


def test_annotations_name_file_line_and_rule():
    lines = to_github(report(placed(), ordinary()[1], skipped=SKIPPED)).splitlines()
    assert lines[0].startswith(
        "::error file=docs/a.html,line=7,title=source-changed%3A changed.html::The source differs"
    )
    assert lines[1].startswith("::warning file=docs/a.html,line=1,")
    assert lines[2].startswith("::warning title=no-timestamp%3A seed.txt::")
    assert lines[2].endswith("%0A“on Oct. 14, 2015, in Los Angeles”")
    assert lines[3] == "::warning title=skipped::a.pdf: a PDF"
    assert lines[4] == "2 documents: 1 outdated, 1 undetermined; 1 skipped"
    assert "::notice" in to_github(FULL, info=True)
    assert "::notice" not in to_github(FULL)


@given(st.text(), st.text())
def test_nothing_in_a_text_starts_another_command(name, message):
    bad = item(name, Status.OUTDATED, finding(Rule.EXPIRED, Severity.OUTDATED, message), path=name)
    lines = to_github(report(bad)).split("\n")
    assert len(lines) == 3
    assert lines[0].startswith("::error ")
    head = lines[0].removeprefix("::error ").split("::", 1)[0]
    assert all(part.split("=")[0] in {"file", "line", "title"} for part in head.split(","))


# -- charts and diffs ---------------------------------------------------------------------------


def dated_item(days: int, status: Status):
    at = NOW - timedelta(days=days)
    date = replace(PUBLISHED, earliest=at, latest=at)
    return item(f"{days}", status, reading=reading(dates=Dates(published=date)))


def test_the_histogram_counts_ages_and_the_timeline_years():
    value = report(
        dated_item(3, Status.CURRENT),
        dated_item(20, Status.OUTDATED),
        dated_item(400, Status.OUTDATED),
        dated_item(40_000, Status.OUTDATED),
        item("undated", Status.UNDETERMINED),
    )
    ages, years = charts(value)
    said = [bar.said for bar in ages.bars if bar.total]
    assert said == [
        "≤ 1 month: 2 (1 outdated, 1 current)",
        "≤ 2 years: 1 (1 outdated)",
        "older: 1 (1 outdated)",
        "no date: 1 (1 undetermined)",
    ]
    assert sum(bar.total for bar in years.bars) == 4
    assert years.bars[0].label == "earlier"
    assert len(years.bars) <= 41
    html = to_html(value)
    assert "<title>≤ 1 month: 2 (1 outdated, 1 current)</title>" in html
    undated = item("x", Status.UNDETERMINED)
    assert charts(report(undated, undated)) == ()
    assert [chart.id for chart in charts(report(undated, undated, undated))] == ["ages"]


@given(st.lists(st.tuples(st.integers(-400, 60_000), st.sampled_from(Status)), max_size=30))
def test_no_bar_leaves_the_picture(found):
    value = report(*(dated_item(days, status) for days, status in found))
    for chart in charts(value):
        for bar in chart.bars:
            assert 0 <= bar.x <= bar.x + bar.width <= 720
            for part in bar.parts:
                assert part.height >= 0
                assert -1 <= part.y <= 180
        assert sum(bar.total for bar in chart.bars) == len(found)


def test_the_newest_date_is_the_later_of_two():
    both = item("x", Status.CURRENT, reading=reading(dates=Dates(PUBLISHED, MODIFIED)))
    assert newest(both) == MODIFIED


def test_a_diff_keeps_the_words_beside_a_change():
    before = " ".join(f"w{n}" for n in range(60))
    runs = word_diff(Edit(BlockKind.PARAGRAPH, before, before.replace("w30", "new")))
    assert [run.kind for run in runs] == ["same", "removed", "added", "same"]
    assert runs[0].text.startswith("… w22")
    assert runs[3].text.endswith("w38 …")
    assert [r.text for r in word_diff(Edit(BlockKind.HEADING, "", "all new"))] == ["all new"]
    (first, *_) = word_diff(Edit(BlockKind.PARAGRAPH, "a b c", "a b d"))
    assert first.text == "a b"


def test_the_html_report_marks_what_went_and_what_came():
    html = to_html(FULL)
    assert "<del>12</del>" in html
    assert "<ins>14</ins>" in html
    assert "What changed: substantive, 1 place" in html
    edits = tuple(Edit(BlockKind.PARAGRAPH, f"a{n}", HOSTILE) for n in range(30))
    changed = ordinary()[0]
    many = replace(changed, comparison=replace(changed.comparison, edits=edits))
    assert "and 10 more; the JSON report has all" in to_html(report(many))
    assert not re.search("<ins>[^<]*<(?!/ins>)", to_html(report(many)))


def test_a_long_html_report_keeps_the_rows_after_the_first_as_one_text():
    """The script makes as many rows at a time as are elements from the start."""
    html = to_html(made(230))
    first, rest = re.fullmatch(
        r'(.*)<noscript id="rest">(.*)</noscript>.*', html, re.DOTALL
    ).groups()
    row = '<tr role="row" class="'
    assert (first.count(row), rest.count(row)) == (100, 130)
    assert rest.count("Dates seen: 4</p>") == 130
    assert "const DRAWN = 100;" in data.text("templates/report.js")
    assert '<noscript id="rest">' not in to_html(made(100))


def test_text_cannot_end_the_part_that_is_kept_as_text():
    bad = replace(hostile().items[0], name="</noscript></table><script>alert(1)</script>")
    html = to_html(report(*[bad] * 250))
    assert html.count("</noscript>") == html.count("</script>") == 1


def test_lines_of_findings_reach_the_json_report():
    said = item_data(placed())
    assert [one["line"] for one in said["findings"]] == [7, None]
    assert said["path"] == "docs/a.html"
