"""What is shipped for CI services calls commands and options that exist, and does what it says."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from checker.entry.cli.app import build
from tests import audit_corpora
from tests.corpora import corpora

ROOT = Path(__file__).parent.parent
FILES = [".pre-commit-hooks.yaml", "deploy/ci/action.yml", "deploy/ci/gitlab.yml"]
PAGE = """<html lang="en"><head><title>Toll</title>
<meta property="article:published_time" content="2019-03-01T10:00:00Z"></head><body><article>
<h1>Toll</h1><p>The toll on the old bridge is 12 dollars, the council said.</p></article></body></html>"""


@pytest.mark.parametrize("name", FILES)
def test_every_option_exists(name):
    command = typer.main.get_command(build()).commands["audit"]
    known = {option for param in command.params for option in param.opts}
    text = (ROOT / name).read_text(encoding="utf-8")
    calls = re.findall(r"checker audit((?:[^\n\\]|\\\n)*)", text)
    assert calls
    for call in calls:
        assert set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", call)) <= known, call


def test_the_action_s_script_fails_annotates_and_sums_up(tmp_path):
    text = (ROOT / "deploy/ci/action.yml").read_text(encoding="utf-8")
    script = re.split(r"\n      run: \|\n", text)[1].replace("\n        ", "\n").strip()
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.html").write_text(PAGE)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("CHECKER_")},
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "RUNNER_TEMP": str(tmp_path), "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
        "TARGETS": "docs", "SINCE": "", "BASELINE": "", "FAIL_ON": "outdated", "SARIF": "r.sarif",
    }  # fmt: skip
    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", script],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert done.stdout.startswith("::error file=docs/a.html,line=2,title=age-exceeded")
    assert "## Outdated (1)" in (tmp_path / "summary").read_text()
    assert (tmp_path / "r.sarif").exists()


def test_a_sample_of_the_corpora_ends_in_results_or_explained_skips(tmp_path):
    found = audit_corpora.run(corpora("."), tmp_path, every=20)
    assert {name: counts.total() > 3 for name, counts in found.items()} == dict.fromkeys(
        ("html5lib", "feeds", "warc"), True
    )
    assert not any("fault in checker" in one for counts in found.values() for one in counts)
