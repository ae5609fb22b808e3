"""From bytes to characters, or the reason why there are none.

The order is that of HTML §13.2.3.2: byte order mark, HTTP, ``<meta>``, XML declaration, guess. A
declaration that the bytes contradict is not believed: UTF-8 that decodes without error is no
accident, and a page with more replacement characters than letters was declared wrongly.
"""

import codecs
import re

MAX_BYTES = 20 * 1024 * 1024
_PRESCAN = 4_096  # the standard says 1,024; real pages put their charset later than that
_META = re.compile(rb"<meta[^>]{0,512}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_XML = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{2,40})", re.IGNORECASE)
_SURROGATE = re.compile("[\ud800-\udfff]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# WHATWG Encoding §4.2: what a label means on the web is often a larger set than its own name.
_WEB_MEANING = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "utf-16": "utf-8",  # declared inside the page, which was read as ASCII to find it
    "utf-16-le": "utf-8",
    "utf-16-be": "utf-8",
}
_KNOWN = re.compile(
    r"utf-(8|16|16-le|16-be)|ascii|iso8859-\d+|cp(125\d|866|874|932|949)|koi8-[rut]|gb\w+|tis-620"
    r"|hz|big5\w*|euc_\w+|shift_jis\w*|iso2022_jp\w*|johab|mac-(roman|cyrillic)"
)
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a ZIP file (or an office document)"),
    (b"PK\x05\x06", "a ZIP file"),
    (b"\x1f\x8b", "gzip data"),
    (b"BZh", "bzip2 data"),
    (b"\x28\xb5\x2f\xfd", "zstd data"),
    (b"\xfd7zXZ", "xz data"),
    (b"7z\xbc\xaf", "a 7z file"),
    (b"\x89PNG", "a PNG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"RIFF", "RIFF media"),
    (b"\xd0\xcf\x11\xe0", "an office document"),
    (b"ID3", "an MP3 file"),
    (b"OggS", "Ogg media"),
    (b"wOFF", "a font"),
    (b"wOF2", "a font"),
    (b"\x7fELF", "a program"),
)


def refusal(body: bytes) -> str | None:
    """Why *body* is not worth decoding, or None."""
    if len(body) > MAX_BYTES:
        return f"larger than {MAX_BYTES // 1024 // 1024} MiB"
    head = body[:16].lstrip()
    for magic, what in _MAGIC:
        if body.startswith(magic) or (magic == b"%PDF-" and head.startswith(magic)):
            return f"{what}, not a page"
    if body[4:8] == b"ftyp":
        return "MP4 or HEIF media, not a page"
    return None if body.strip(b" \t\r\n\f\x00") else "empty body"


def is_binary(source: str) -> bool:
    """Whether the start of *source* is mostly control characters and replacements."""
    head = source[:_PRESCAN]
    odd = len(_CONTROLS.findall(head)) + head.count("\ufffd")
    return odd * 10 > len(head)


def clean(source: str) -> str:
    """*source* as text that can be encoded: a lone surrogate becomes U+FFFD.

    No decoder leaves one; a caller's own string may have them.
    """
    try:
        source.encode()  # a tenth of the time of looking for surrogates
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", source)
    return source


def known(label: str | None) -> str | None:
    """The Python name of the character encoding that *label* means, or None."""
    if not label:
        return None
    try:
        name = codecs.lookup(label.strip().strip("\"'")).name
    except (LookupError, ValueError, UnicodeError):
        return None
    return name if _KNOWN.fullmatch(name) else None


def decode(body: bytes, charset: str | None) -> tuple[str, str]:
    """(characters, name of the encoding); never raises, whatever the bytes."""
    for bom, name in _BOMS:
        if body.startswith(bom):
            return body[len(bom) :].decode(name, "replace"), name
    http = known(charset)
    declared = _WEB_MEANING.get(http, http) if http and not http.startswith("utf-16") else http
    declared = declared or _inside(body[:_PRESCAN])
    for encoding in filter(None, (declared, "utf-8")):
        try:
            return body.decode(encoding), encoding
        except UnicodeError:
            continue
    return _least_bad(body, declared or "utf-8")


def _inside(head: bytes) -> str | None:
    for pattern in (_META, _XML):
        found = pattern.search(head)
        name = known(found[1].decode("ascii", "replace")) if found else None
        if name:
            return _WEB_MEANING.get(name, name)
    return None


def _least_bad(body: bytes, name: str) -> tuple[str, str]:
    """A cut or stray byte keeps the declared encoding; more harm than good gives it up."""
    source = body.decode(name, "replace")
    harm = source.count("\ufffd")
    good = sum(1 for character in source[: 1024 * 1024] if character > "\x7f") - harm
    if harm <= max(good, 1):
        return source, name
    return body.decode("cp1252", "replace"), "cp1252"
