"""What every ``Copies`` promises, run over a folder, a WARC file and the fake."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from checker.adapters import folder, warc
from checker.model import Document, Locator, Representation, Response, Skipped, digest_of
from checker.ports import Copies
from tests.fakes_archive import FakeCopies

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
PAGES = {
    "https://news.example/a": b"<title>A</title><p>One text.",
    "https://news.example/b": b"<title>B</title><p>Another text.",
}


class StoppedClock:
    def now(self) -> datetime:
        return NOON


@dataclass
class Case:
    copies: Copies
    load: Callable[[Locator], Representation]


def canonical(uri: str, body: bytes) -> bytes:
    return f'<link rel="canonical" href="{uri}">'.encode() + body


def a_folder(path: Path) -> Case:
    for number, (uri, body) in enumerate(PAGES.items()):
        (path / f"{number}.html").write_bytes(canonical(uri, body))
    (path / "2.html").write_bytes(b"%PDF-1.7 \x00\x01\x02")
    return Case(folder.FolderCopies(path), lambda locator: folder.load(path, locator))


def a_warc(path: Path) -> Case:
    with warc.WarcArchive(path, StoppedClock()) as archive:
        for uri, body in PAGES.items():
            page = canonical(uri, body)
            html = (("Content-Type", "text/html"),)
            archive.append(Response(uri, 200, "OK", html, page, page, NOON, NOON))
    (file,) = path.iterdir()
    with file.open("ab") as torn:
        torn.write(file.read_bytes()[400:500])
    return Case(warc.WarcCopies(file), lambda locator: warc.load(path, locator))


def a_fake(_path: Path) -> Case:
    bodies = {
        Locator(f"{number}.html"): Representation("text/html", None, page, digest_of(page))
        for number, page in enumerate(canonical(uri, body) for uri, body in PAGES.items())
    }
    documents = [
        Document(place.path, body, uri, "rel=canonical", locator=place)
        for (place, body), uri in zip(bodies.items(), PAGES, strict=True)
    ]
    return Case(FakeCopies([*documents, Skipped("2.html", "binary data")]), bodies.__getitem__)


@pytest.fixture(params=[a_folder, a_warc, a_fake])
def case(request: pytest.FixtureRequest, tmp_path: Path) -> Case:
    made = request.param(tmp_path)
    assert isinstance(made, Case)
    return made


def test_every_copy_is_readable_or_explained(case: Case) -> None:
    *documents, last = case.copies.documents()
    assert [type(document) for document in documents] == [Document, Document]
    assert isinstance(last, Skipped)
    assert last.reason


def test_documents_know_of_what_they_are_copies(case: Case) -> None:
    found = [document for document in case.copies.documents() if isinstance(document, Document)]
    assert [document.uri for document in found] == list(PAGES)
    assert all(document.mapped_by for document in found)
    assert len({document.name for document in found}) == len(found)


def test_the_order_is_stable(case: Case) -> None:
    assert list(case.copies.documents()) == list(case.copies.documents())


def test_locators_lead_back_to_the_same_bytes(case: Case) -> None:
    for document in case.copies.documents():
        if isinstance(document, Document):
            assert document.locator is not None
            assert not Path(document.locator.path).is_absolute()
            assert case.load(document.locator) == document.representation
            assert document.representation.digest == digest_of(document.representation.body)
