"""Pages saved as MHTML: which part is the page, where it came from, and what a hostile one costs."""

import base64
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from checker.adapters import folder, mhtml
from checker.model import Document, Skipped
from tests.growth import linear_in

URI = "https://news.example/toll"
PAGE = """<!doctype html><html lang="en"><head><title>Toll</title>
<link rel="canonical" href="https://mirror.example/other">
<meta property="article:published_time" content="2019-03-01T10:00:00Z"></head>
<body><article><h1>Toll</h1><p>The toll on the old bridge is 12 dollars – the council said.</p>
</article></body></html>"""
AT = datetime(2024, 6, 1, 8, 30, tzinfo=UTC)


def blink(page: str = PAGE) -> bytes:
    """As Chromium writes it: quoted-printable, the page first, the address in two fields."""
    import quopri

    lines = [
        "From: <Saved by Blink>",
        f"Snapshot-Content-Location: {URI}",
        "Subject: Toll",
        "Date: Sat, 1 Jun 2024 10:30:00 +0200",
        "MIME-Version: 1.0",
        'Content-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="----Boundary--x----"',
        "",
        "",
        "------Boundary--x----",
        "Content-Type: text/html",
        "Content-ID: <frame-1@mhtml.blink>",
        "Content-Transfer-Encoding: quoted-printable",
        f"Content-Location: {URI}",
        "",
        quopri.encodestring(page.encode()).decode().replace("\n", "\r\n"),
        "------Boundary--x----",
        "Content-Type: text/html",
        "Content-Location: https://ads.example/frame",
        "",
        "<p>an advertisement",
        "------Boundary--x------",
        "",
    ]
    return "\r\n".join(lines).encode()


def nested(charset: str) -> bytes:
    """As mail programs and word processors write it: the page in an alternative, in base64."""
    whole = EmailMessage()
    whole["Date"] = "Sat, 1 Jun 2024 08:30:00 GMT"
    whole.set_content("in plain words")
    whole.add_alternative(PAGE, subtype="html", charset=charset, cte="base64")
    whole.add_attachment(b"\x89PNG", "image", "png", cid="<a@b>")
    return bytes(whole)


def saved(body: bytes) -> mhtml.Saved:
    found = mhtml.saved_page(body)
    assert isinstance(found, mhtml.Saved), found
    return found


def test_chromium_s_form_is_read(tmp_path: Path) -> None:
    (tmp_path / "toll.mhtml").write_bytes(blink())
    (document,) = folder.FolderCopies(tmp_path, "https://base.example").documents()
    assert isinstance(document, Document)
    assert (document.uri, document.mapped_by) == (URI, "Content-Location")
    assert document.captured_at == AT
    assert "12 dollars – the" in document.representation.body.decode()
    assert b"advertisement" not in document.representation.body
    assert document.locator is not None
    assert folder.load(tmp_path, document.locator) == document.representation


def test_a_page_among_nested_parts_is_read() -> None:
    found = saved(nested("utf-8"))
    assert found.content.charset == "utf-8"
    assert found.content.body.decode().startswith("<!doctype html>")
    assert found.at == AT


def test_the_part_that_is_named_as_the_start_is_the_page() -> None:
    body = (
        b'Content-Type: multipart/related; boundary=b; start="<two@x>"\n\n'
        b"--b\nContent-Type: text/html\n\n<p>one\n"
        b"--b\nContent-Type: text/html\nContent-ID: <two@x>\n\n<p>two\n--b--\n"
    )
    found = saved(body)
    assert found.content.body == b"<p>two"
    assert (found.uri, found.at) == (None, None)


def test_what_names_no_web_address_is_mapped_as_any_other_file(tmp_path: Path) -> None:
    body = blink().replace(URI.encode(), b"file:///C:/toll.html")
    (tmp_path / "toll.mht").write_bytes(body)
    (document,) = folder.FolderCopies(tmp_path).documents()
    assert isinstance(document, Document)
    assert (document.uri, document.mapped_by) == ("https://mirror.example/other", "rel=canonical")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "no MHTML file"),
        (b"<p>a page with the wrong suffix", "no MHTML file"),
        (b"Content-Type: multipart/related\n\nno boundary", "no MHTML file"),
        (b"Content-Type: multipart/related; boundary=b\n\nno parts", "no MHTML file"),
        (b"Content-Type: text/html\nContent-Transfer-Encoding: uuencode\n\nx", "'uuencode'"),
        (b"Content-Type: text/html\nContent-Transfer-Encoding: base64\n\nabcde", "be decoded"),
    ],
)
def test_what_holds_no_page_is_skipped_with_the_reason(
    tmp_path: Path, body: bytes, reason: str
) -> None:
    (tmp_path / "a.mht").write_bytes(body)
    (found,) = folder.FolderCopies(tmp_path).documents()
    assert isinstance(found, Skipped)
    assert reason in found.reason


def test_a_file_that_was_cut_off_gives_what_there_is() -> None:
    found = saved(blink()[: blink().index(b"council")])
    assert b"12 dollars" in found.content.body


def test_a_page_of_too_many_bytes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mhtml, "MAX_PAGE", 10)
    found = mhtml.saved_page(blink())
    assert isinstance(found, str)
    assert "larger than" in found


@pytest.mark.parametrize(
    "body",
    [
        b"".join(
            b"Content-Type: multipart/related; boundary=b%d\n\n--b%d\n" % (n, n)
            for n in range(20_000)
        ),
        b"Content-Type: multipart/related; boundary=b\n\n" + b"--b\n" * 500_000,
        b"Content-Type: multipart/related; boundary=b\n\n" + b"\r\n" * 2_000_000,
        b"Content-Type: multipart/related; boundary=-\n\n--" + b"-" * 3_000_000,
        b"A: b\n" * 500_000,
        b"Content-Type: multipart/related; boundary=" + b"=?utf-8?q?" * 200_000 + b"\n\n",
        b"Content-Type: text/html;" + b" a*0*=x;" * 9_000 + b"\n\n<p>x",
    ],
    ids=["nested", "boundaries", "blank", "dashes", "head", "words", "parameters"],
)
def test_hostile_messages_cost_no_more_than_their_length(body: bytes) -> None:
    linear_in(body, mhtml.saved_page)


def test_base64_may_be_wrapped_as_mail_does() -> None:
    text = base64.encodebytes(PAGE.encode())
    head = b"Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: BASE64\n\n"
    assert saved(head + text).content.body == PAGE.encode()
