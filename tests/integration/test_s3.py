"""Captures in an object store: a local S3 server, and one that fails in every way."""

import logging
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from botocore.stub import Stubber

from checker.adapters import s3
from checker.adapters.warc import ObjectArchive, WarcArchive, WarcCopies
from checker.codec import loads
from checker.entry.logs import to_stderr
from checker.entry.newsroom import Newsroom
from checker.errors import ArchiveError, ConfigError
from checker.model import Document, Locator, Memento
from checker.settings import LogSettings, load
from tests import s3_server
from tests.growth import PATIENCE
from tests.helpers_archive import BODY, NOON, StoppedClock, answer
from tests.helpers_verify import verified
from tests.helpers_watch import SetClock
from tests.loopback import Loopback, page
from tests.repeats import repeats

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def endpoint():
    with pytest.MonkeyPatch.context() as patch, s3_server.serving() as address:
        for name, value in s3_server.KEYS.items():
            patch.setenv(name, value)
        yield address


@pytest.fixture
def bucket(endpoint):
    with closing(s3_server.new_bucket(endpoint)) as made:
        yield made


def keys(bucket):
    listed = bucket.client.list_objects_v2(Bucket=bucket.bucket).get("Contents", [])
    return [one["Key"] for one in listed]


# ── what lies there ───────────────────────────────────────────────────────────────────────────


def test_each_capture_is_a_file_of_its_own_below_the_prefix_and_the_day(bucket):
    archive = ObjectArchive(bucket, StoppedClock())
    for number in range(2):
        archive.append(answer(b"%d" % number))
    found = keys(bucket)
    assert len(found) == 2
    for key in found:
        assert re.fullmatch(
            r"captures/2026/11/24/checker-20261124120000000000-\w{32}\.warc\.gz", key
        )


def test_the_files_joined_are_a_sound_warc_file_that_others_read(bucket, tmp_path):
    clock = SetClock(NOON)
    archive = ObjectArchive(bucket, clock)
    for body in (BODY, b"other", BODY):
        clock.time += timedelta(seconds=1)
        archive.append(answer(body, received_at=clock.time))
    joined = tmp_path / "joined.warc.gz"
    got = [
        bucket.client.get_object(Bucket=bucket.bucket, Key=key)["Body"].read()
        for key in keys(bucket)
    ]
    joined.write_bytes(b"".join(got))
    assert verified(joined).faults == ()
    bodies = [one.representation.body for one in WarcCopies(joined).documents()
              if isinstance(one, Document)]  # fmt: skip
    assert bodies == [BODY, b"other", BODY]


def test_what_was_known_before_a_restart_is_not_stored_again(bucket):
    text = os.urandom(40_000)
    before = ObjectArchive(bucket, StoppedClock()).append(answer(text))
    archive = ObjectArchive(bucket, StoppedClock())
    after = archive.append(answer(text), previous=before)
    size = bucket.client.head_object(Bucket=bucket.bucket, Key=f"captures/{after.locator.path}")
    assert size["ContentLength"] < 3_000
    assert archive.load(after).body == text


def test_the_files_of_a_folder_go_on_being_read_after_they_were_copied(bucket, tmp_path):
    """At any offset, also a capture that is larger than what is read at first."""
    large = os.urandom(1_500_000)
    with WarcArchive(tmp_path, StoppedClock()) as folder:
        mementos = [folder.append(answer(body)) for body in (b"first", large, BODY)]
    for path in tmp_path.iterdir():
        bucket.put(path.name, path.read_bytes())
    archive = ObjectArchive(bucket, StoppedClock())
    assert [archive.load(one).body for one in mementos] == [b"first", large, BODY]


@pytest.mark.parametrize("path", ["../other/secret", "/etc/passwd", "a/../../b", "a\0b", ""])
def test_no_place_leads_out_of_the_prefix(bucket, path):
    bucket.client.put_object(Bucket=bucket.bucket, Key="other/secret", Body=b"x")
    memento = ObjectArchive(bucket, StoppedClock()).append(answer())
    with pytest.raises(ArchiveError, match="no object of"):
        ObjectArchive(bucket, StoppedClock()).load(replace(memento, locator=Locator(path, 0)))


def test_a_damaged_object_is_told(bucket):
    archive = ObjectArchive(bucket, StoppedClock())
    memento = archive.append(answer())
    bucket.put(memento.locator.path, b"x" * 3_000)
    with pytest.raises(ArchiveError, match=r"can't be read on|no response record|bad"):
        archive.load(memento)


# ── a store that fails ────────────────────────────────────────────────────────────────────────


def refusal(code, status=400, message="Words of the store"):
    bucket = s3.connect("s3://bucket/p", "http://127.0.0.1:9", None, threads=1)
    with Stubber(bucket.client) as stub:
        stub.add_client_error("put_object", code, message, status)
        with pytest.raises(ArchiveError) as caught:
            bucket.put("k", b"x")
    return caught.value


@pytest.mark.usefixtures("endpoint")
@pytest.mark.parametrize(
    ("code", "remedy"),
    [
        ("NoSuchBucket", "Make the bucket"),
        ("AccessDenied", "Let the credentials"),
        ("InvalidAccessKeyId", "AWS_ACCESS_KEY_ID"),
        ("SignatureDoesNotMatch", "AWS_SECRET_ACCESS_KEY"),
        ("RequestTimeTooSkewed", "clock"),
        ("SlowDown", "whether the store is up"),
    ],
)
def test_each_refusal_has_a_remedy(code, remedy):
    error = refusal(code)
    assert error.thing == "s3://bucket/p/k"
    assert f"the store says {code}: Words of the store" in error.cause
    assert remedy in error.remedy


@pytest.mark.usefixtures("endpoint")
def test_a_stores_words_are_bounded_and_harmless():
    error = refusal("X", message="\x1b[31m" + "a" * 1000)
    assert "\x1b" not in str(error)
    assert len(error.cause) < 400


@pytest.mark.usefixtures("endpoint")
def test_a_store_that_is_away_is_told_within_its_tries():
    with socket.socket() as taken:  # bound and not listening: refused at once
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
        bucket = s3.connect("s3://bucket", address, None, threads=1)
        start = time.monotonic()
        with closing(bucket), pytest.raises(ArchiveError, match="Could not connect") as caught:
            bucket.put("k", b"x")
    assert "archive.endpoint" in caught.value.remedy
    assert time.monotonic() - start < PATIENCE


def test_without_credentials_it_says_where_they_are_looked_for(monkeypatch, tmp_path):
    for name in s3_server.KEYS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    bucket = s3.connect("s3://bucket", "http://127.0.0.1:9", None, threads=1)
    with closing(bucket), pytest.raises(ArchiveError, match="no credentials") as caught:
        bucket.put("k", b"x")
    assert "AWS_ACCESS_KEY_ID" in caught.value.remedy
    with pytest.raises(ConfigError, match=r"profile .absent. could not be found"):
        s3.connect("s3://bucket", None, "absent", threads=1)


def test_a_profile_gives_the_credentials(monkeypatch, tmp_path, endpoint):
    for name in s3_server.KEYS:
        monkeypatch.delenv(name, raising=False)
    own = tmp_path / "credentials"
    own.write_text("[archive]\naws_access_key_id = a\naws_secret_access_key = b\n")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(own))
    bucket = s3.connect("s3://of-a-profile", endpoint, "archive", threads=1)
    with closing(bucket):
        bucket.client.create_bucket(Bucket="of-a-profile")
        bucket.probe()
        assert bucket.get(s3.PROBE, 0, 7) == b"written"


def test_without_the_library_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "boto3", None)
    with pytest.raises(ConfigError, match=r"archive-checker\[s3\]"):
        s3.connect("s3://bucket", None, None, threads=1)


def test_a_store_without_ranges_is_found_out(endpoint):
    whole = page("the whole of it")
    with Loopback({"/bucket/k": whole}) as site:
        bucket = s3.connect("s3://bucket", site.url(""), None, threads=1)
        with closing(bucket):
            assert bucket.get("k", 0, 9) == b"the whole"
            with pytest.raises(ArchiveError, match="knows no ranges"):
                bucket.get("k", 4, 9)
            with pytest.raises(ArchiveError, match="the store says 501"):
                bucket.probe()


def test_no_secret_is_told_even_at_debug(bucket, capsys):
    before = logging.getLogger().handlers[:], logging.getLogger().level
    try:
        to_stderr(LogSettings(level="debug"))
        ObjectArchive(bucket, StoppedClock()).append(answer())
        with pytest.raises(ArchiveError):
            bucket.get("absent", 0, 1)
    finally:
        logging.getLogger().handlers[:] = before[0]
        logging.getLogger().setLevel(before[1])
    out, err = capsys.readouterr()
    assert "canary" not in out + err
    assert "canary" not in repr(bucket)


# ── killed in the middle of it ────────────────────────────────────────────────────────────────

CHILD = """\
import sys
from checker.adapters import s3
from checker.adapters.warc import ObjectArchive
from checker.codec import dumps
from tests.helpers_watch import SetClock
from tests.helpers_archive import StoppedClock, answer
archive = ObjectArchive(s3.connect(sys.argv[1], sys.argv[2], None, threads=1), StoppedClock())
for number in range(1000):
    print(dumps(archive.append(answer(b"%d of %s" % (number, sys.argv[3].encode())))), flush=True)
"""


def test_what_was_said_to_be_kept_is_there_after_kill_9(bucket, endpoint):
    chance, told = random.Random(9), []
    for kill in range(repeats(2, 4)):
        words = [sys.executable, "-c", CHILD, f"s3://{bucket.bucket}/captures", endpoint, str(kill)]
        child = subprocess.Popen(words, stdout=subprocess.PIPE, text=True,
                                 env={**os.environ, "PYTHONPATH": str(ROOT)})  # fmt: skip
        with child:
            told.append((kill, 0, child.stdout.readline()))
            time.sleep(chance.uniform(0, 0.3))
            child.send_signal(signal.SIGKILL)
            rest = child.stdout.read().splitlines(keepends=True)
            told += [(kill, n, line) for n, line in enumerate(rest, 1) if line.endswith("\n")]
    archive = ObjectArchive(bucket, StoppedClock())
    for kill, number, line in told:
        assert archive.load(loads(Memento, line)).body == b"%d of %d" % (number, kill)
    for key in keys(bucket):  # nothing is half there
        body = bucket.client.get_object(Bucket=bucket.bucket, Key=key)["Body"].read()
        assert verify_bytes(body) == ()


def verify_bytes(body):
    import tempfile

    with tempfile.NamedTemporaryFile(suffix=".warc.gz") as file:
        file.write(body)
        file.flush()
        return verified(Path(file.name)).faults


# ── the whole program over it ─────────────────────────────────────────────────────────────────

CONFIG = """\
[archive]
url = "s3://{bucket}/captures"
endpoint = "{endpoint}"

[fetch]
delay = "0s"

[[source]]
name = "courier"
feed = "{base}/feed.xml"
allow = ["127.0.0.1:{port}"]
"""


@pytest.fixture
def newsroom():
    room = Newsroom(lambda: NOON, NOON).start()
    yield room
    room.stop()


@pytest.mark.usefixtures("clean_environment")
def test_checks_captures_and_differences_over_an_object_store(run, newsroom, bucket, endpoint):
    text = CONFIG.format(
        bucket=bucket.bucket, endpoint=endpoint, base=newsroom.base, port=newsroom.port
    )
    Path("checker.toml").write_text(text)
    code, out, _ = run("doctor")
    assert code == 0
    assert f"ok    archive: s3://{bucket.bucket}/captures/ can be written to and read" in out
    assert "archive folder" not in out
    run("source", "sync")
    code, out, _ = run("check")
    assert code == 0, out
    articles = sum("/checker-" in key for key in keys(bucket))
    assert articles >= 5
    newsroom.edit("rewrite")
    code, out, err = run("check", "--all")
    assert "1 outdated" in out or "outdated" in out, out + err
    assert sum("/checker-" in key for key in keys(bucket)) > articles
    assert not Path("var/archive").exists()
    assert "canary" not in run("config", "show")[1]


@pytest.mark.usefixtures("clean_environment")
def test_a_bucket_that_is_not_there_fails_the_doctor_and_the_check_but_loses_nothing(
    run, newsroom, endpoint
):
    text = CONFIG.format(
        bucket="nowhere", endpoint=endpoint, base=newsroom.base, port=newsroom.port
    )
    Path("checker.toml").write_text(text)
    code, out, _ = run("doctor")
    assert code == 1
    assert "FAIL  archive: s3://nowhere/captures/checker-doctor: the store says NoSuchBucket" in out
    run("source", "sync")
    code, out, err = run("check", "--all")
    assert "failed" in out
    assert "NoSuchBucket" in err
    made = s3.connect("s3://nowhere/captures", endpoint, None, threads=1)
    with closing(made):
        made.client.create_bucket(Bucket="nowhere")
        assert "failed" not in run("check", "--all")[1]
        assert sum("/checker-" in key for key in keys(made)) >= 5


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('url = "s3://b"', "url"),
        ('url = "https://bucket/x"', "url"),
        ('url = "s3://bucket/../x"', "leads out of its prefix"),
        ('url = "s3://bucket"\nfolder = "x"', "both folder and url"),
        ('endpoint = "http://127.0.0.1:9000"', "Give url"),
        ('url = "s3://bucket"\nendpoint = "http://u:p@host"', "credentials"),
        ('url = "s3://bucket"\nendpoint = "http://host/path"', "more than an origin"),
        ('url = "s3://bucket"\nprofile = "a\\nb"', "profile"),
    ],
)
def test_faults_of_the_section_are_explained(tmp_path, text, said):
    (tmp_path / "checker.toml").write_text(f"[archive]\n{text}\n")
    with pytest.raises(ConfigError, match=re.escape(said)):
        load(tmp_path / "checker.toml", {})


def test_the_environment_can_name_the_bucket(tmp_path):
    found = load(None, {"CHECKER_ARCHIVE_URL": "s3://bucket/news/"}).archive
    assert (found.url, found.endpoint, found.profile) == ("s3://bucket/news/", None, None)
    with closing(s3.connect(found.url, "http://127.0.0.1:9", None, threads=1)) as bucket:
        assert bucket.name == "s3://bucket/news/"
