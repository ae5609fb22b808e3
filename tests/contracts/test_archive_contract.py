"""What every ``Archive`` promises, run over the folder of WARC files, a local S3 server and the fake."""

import gzip
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checker.adapters.warc import ObjectArchive, WarcArchive
from checker.errors import ArchiveError
from checker.model import Hop, Locator, Taken, Validators, digest_of
from checker.ports import Archive
from tests import s3_server
from tests.fakes_archive import FakeArchive
from tests.helpers_archive import BODY, HTML, NOON, StoppedClock, answer


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch, s3_server.serving() as address:
        for name, value in s3_server.KEYS.items():
            patch.setenv(name, value)
        yield address


@pytest.fixture(params=["warc", "s3", "fake"])
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Archive]:
    if request.param == "fake":
        yield FakeArchive()
    elif request.param == "s3":
        with closing(s3_server.new_bucket(request.getfixturevalue("endpoint"))) as bucket:
            yield ObjectArchive(bucket, StoppedClock())
    else:
        with WarcArchive(tmp_path / "captures", StoppedClock()) as warc:
            yield warc


def test_the_memento_says_what_was_kept(archive: Archive) -> None:
    memento = archive.append(answer())
    assert memento.uri_r == "https://news.example/bridge?id=1"
    assert memento.memento_datetime == NOON.replace(microsecond=123456)
    assert memento.validators == Validators('W/"a,b"', None)  # verbatim
    assert (memento.media_type, memento.charset) == ("text/html", "utf-8")
    assert memento.digest == digest_of(BODY)
    assert memento.uri_m is None


def test_loading_gives_the_bytes_back(archive: Archive) -> None:
    first = archive.append(answer())
    second = archive.append(answer(b"other"))
    assert archive.load(first).body == BODY
    assert archive.load(second).body == b"other"
    found = archive.load(first)
    assert (found.media_type, found.charset, found.digest) == ("text/html", "utf-8", first.digest)


def test_the_digest_is_of_the_body_without_its_coding(archive: Archive) -> None:
    coded = answer(raw=gzip.compress(BODY), headers=(*HTML, ("Content-Encoding", "gzip")))
    memento = archive.append(coded)
    assert memento.digest == digest_of(BODY)
    assert archive.load(memento).body == BODY


def test_after_redirects_the_article_is_the_address_that_was_asked(archive: Archive) -> None:
    hop = Hop(301, "http://news.example/b", "https://news.example/bridge?id=1")
    memento = archive.append(answer(hops=(hop,)))
    assert memento.uri_r == "http://news.example/b"
    assert archive.load(memento).body == BODY


def test_the_same_again_is_a_memento_of_its_own(archive: Archive) -> None:
    first = archive.append(answer())
    later = archive.append(answer(received_at=NOON.replace(hour=18)), previous=first)
    assert later.locator != first.locator
    assert later.memento_datetime == NOON.replace(hour=18)
    assert archive.load(later).body == archive.load(first).body == BODY


@pytest.mark.parametrize("status", [200, None])
def test_a_capture_of_others_is_kept_with_its_date_and_given_whole(
    archive: Archive, status: int | None
) -> None:
    long_ago = NOON.replace(year=2014)
    headers = HTML if status is not None else HTML[:1]
    theirs = Taken("https://a.example/x", long_ago, status, "Fine" if status else "", headers, BODY)
    memento = archive.take(theirs)
    assert (memento.uri_r, memento.memento_datetime) == (theirs.uri, long_ago)
    assert (memento.media_type, memento.charset) == ("text/html", "utf-8")
    assert archive.load(memento).body == BODY
    assert replace(archive.capture(memento), record_id="") == theirs
    again = archive.take(replace(theirs, captured_at=NOON))  # the same bytes of another day
    assert archive.capture(again).raw == BODY
    assert archive.capture(again).captured_at == NOON


def test_a_capture_is_given_with_its_content_coding(archive: Archive) -> None:
    raw = gzip.compress(BODY)
    coded = answer(raw=raw, headers=(*HTML, ("Content-Encoding", "gzip")))
    whole = archive.capture(archive.append(coded))
    assert (whole.raw, whole.status, whole.reason) == (raw, 200, "OK")
    assert whole.captured_at == coded.received_at


def test_what_can_t_be_decoded_is_not_taken(archive: Archive) -> None:
    headers = (*HTML, ("Content-Encoding", "br"))
    with pytest.raises(ArchiveError, match="content coding"):
        archive.take(Taken("https://a.example/x", NOON, 200, "OK", headers, b"\xff" * 9))


def test_an_unknown_place_is_an_error_that_says_so(archive: Archive) -> None:
    memento = archive.append(answer())
    for locator in (Locator("nowhere.warc.gz", 0), Locator(memento.locator.path, 10_000_000)):
        with pytest.raises(ArchiveError) as error:
            archive.load(replace(memento, locator=locator))
        assert error.value.remedy


def test_other_bytes_than_the_mementos_are_an_error(archive: Archive) -> None:
    memento = archive.append(answer())
    with pytest.raises(ArchiveError, match="digest"):
        archive.load(replace(memento, digest=digest_of(b"else")))


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    body=st.binary(max_size=300),
    value=st.text(max_size=40),
    reason=st.text(max_size=20),
    uri=st.text(max_size=60),
    status=st.sampled_from([200, 304, 404, 500]),
    again=st.booleans(),
)
def test_whatever_came_comes_back(
    archive: Archive, *, body: bytes, value: str, reason: str, uri: str, status: int, again: bool
) -> None:
    """No body, field value, reason or address can forge a record or get lost."""
    response = answer(
        body,
        uri=f"https://h.example/{uri}",
        reason=reason,
        status=status,
        headers=(("Content-Type", "text/html"), ("X-Odd", value), (value or "x", "y")),
    )
    mementos = [archive.append(response) for _ in range(1 + again)]
    assert [archive.load(memento).body for memento in mementos] == [body] * len(mementos)
