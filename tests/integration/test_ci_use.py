"""Audits as pipelines run them: read along, twice the same, under pre-commit, GitHub and GitLab."""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import yaml

from tests.loopback import Loopback, page

pytestmark = pytest.mark.usefixtures("clean_environment")

ROOT = Path(__file__).parents[2]
COMMON = ("--offline", "--as-of", "2026-11-24")
STORY = """<!doctype html><html lang="en"><head><title>Toll {n}</title>
<link rel="canonical" href="https://example.org/{n}">
<meta property="article:published_time" content="20{n:02}-03-01T10:00:00Z"></head>
<body><article><h1>Toll {n}</h1><p>The toll on the old bridge is {n} dollars, the council said.</p>
<p>The new bridge will open in June 20{n:02}, and on Monday the mayor, Ann Lee, will cut a ribbon.</p>
<p>It is expected that 120 boats come to the harbour next year.</p></article></body></html>"""
ENDINGS = ("txt", "json", "jsonl", "csv", "md", "html", "sarif", "xml")


def folder(count: int) -> None:
    Path("docs").mkdir()
    for n in range(count):
        Path(f"docs/{n:03}.html").write_text(STORY.format(n=n), encoding="utf-8")
    Path("docs/plain.txt").write_text("A text without any date, about this week.\n" * 20)
    Path("docs/empty.html").touch()


def checker(*words: str, **options: object) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "checker", *words],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options,
    )  # fmt: skip


def test_each_line_is_there_before_the_next_document_is_read():
    """Through a pipe, which Python would fill by the block."""
    wanted = threading.Event()

    def last(_seen):
        assert wanted.wait(30)
        return page(STORY.format(n=2))

    first = page(STORY.format(n=1))
    with Loopback({"/a": first, "/b": last}) as site:
        Path("c.toml").write_text(
            f'[fetch]\ndelay = "0s"\nallow_networks = ["{site.url("/").split("/")[2]}"]\n'
        )
        words = ("audit", site.url("/a"), site.url("/b"), "--config", "c.toml", "--jobs", "0")
        with checker(*words, "--format", "jsonl") as process:
            assert process.stdout is not None
            seen = [json.loads(process.stdout.readline()) for _ in range(2)]
            assert not wanted.is_set()
            wanted.set()
            out, err = process.communicate(timeout=60)
    assert [one["type"] for one in seen] == ["report", "document"], seen
    assert [json.loads(line)["type"] for line in out.splitlines()] == ["document", "summary"], err


def test_every_format_is_the_same_to_the_byte_whatever_the_hash_seed_and_the_jobs():
    folder(12)
    printed = []
    for seed, jobs in (("1", "0"), ("2", "2"), ("3", "1")):
        Path(seed).mkdir()
        files = [word for end in ENDINGS for word in ("--output", f"{seed}/report.{end}")]
        words = ("audit", "docs", *COMMON, "--jobs", jobs, "--format", "github", *files)
        with checker(*words, env={**os.environ, "PYTHONHASHSEED": seed}) as process:
            out, err = process.communicate(timeout=120)
        assert process.returncode == 1, err
        printed.append(out)
    assert len(set(printed)) == 1
    for end in ENDINGS:
        first, *others = (Path(seed, f"report.{end}").read_bytes() for seed in "123")
        assert len(first) > 500
        assert others == [first, first], end


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ((), 1),
        (("--fail-on", "warning"), 1),
        (("--fail-on", "never"), 0),
        (("--ignore", "age-exceeded", "--ignore", "lapsed-claim"), 0),
        (("--ignore", "age-exceeded", "--ignore", "lapsed-claim", "--fail-on", "warning"), 1),
        (("--fail-on", "never", "--strict"), 2),
        (("--output", "report.docx"), 2),
    ],
)
def test_exit_codes(run, words, code):
    folder(3)
    assert run("audit", "docs", *COMMON, *words)[0] == code


def test_the_hook_runs_under_pre_commit(tmp_path):
    """Installed by pip in an environment of its own is what ``language: python`` adds to this."""
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert hook["language"] == "python"
    local = {**hook, "language": "system"}
    folder(2)
    Path("image.png").write_bytes(b"\x89PNG")
    Path("code.py").write_text("x = 1\n")
    config = {"repos": [{"repo": "local", "hooks": [local]}]}
    Path(".pre-commit-config.yaml").write_text(json.dumps(config))
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PRE_COMMIT_HOME": str(tmp_path / "cache"),
        "GIT_CONFIG_GLOBAL": os.devnull,
    }
    for command in (["git", "init", "-q"], ["git", "add", "."]):
        subprocess.run(command, check=True)
    call = [sys.executable, "-m", "pre_commit", "run", "--all-files", "--verbose"]
    done = subprocess.run(call, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    found = [line for line in done.stdout.splitlines() if "age-exceeded" in line]
    assert [line.split(":")[0] for line in found] == ["docs/000.html", "docs/001.html"]
    assert "code.py" not in done.stdout
    valid = [
        sys.executable,
        "-m",
        "pre_commit",
        "validate-manifest",
        ROOT / ".pre-commit-hooks.yaml",
    ]
    subprocess.run(valid, check=True, env=environment)


@pytest.mark.parametrize(
    ("file", "schema"),
    [
        ("action.yml", ["vendor.github-actions"]),
        ("gitlab.yml", ["vendor.gitlab-ci", "--data-transform", "gitlab-ci"]),
    ],
)
def test_what_is_shipped_keeps_to_its_service_s_schema(file, schema):
    call = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", *schema]
    good = subprocess.run([*call, ROOT / "deploy/ci" / file], capture_output=True, check=False)
    assert good.returncode == 0, good.stdout
    text = (ROOT / "deploy/ci" / file).read_text(encoding="utf-8")
    Path(file).write_text(
        text.replace("  using: composite", "  using: 1").replace("image:", "imago:")
    )
    assert subprocess.run([*call, file], capture_output=True, check=False).returncode == 1


def test_the_gitlab_job_s_script_leaves_its_reports(tmp_path):
    job = yaml.safe_load((ROOT / "deploy/ci/gitlab.yml").read_text(encoding="utf-8"))[
        "archive-checker"
    ]
    folder(2)
    environment = {
        **os.environ, **job["variables"], "CHECK_TARGETS": "docs",
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }  # fmt: skip
    script = "\n".join(job["script"])
    done = subprocess.run(
        ["sh", "-e", "-c", script], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stderr
    reports = [job["artifacts"]["reports"]["junit"], *job["artifacts"]["paths"]]
    assert all((tmp_path / name).stat().st_size > 500 for name in reports)
