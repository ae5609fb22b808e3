"""A page's bytes seen as one byte for each code unit, whatever its encoding."""

from dataclasses import dataclass

_UTF8_MARK = b"\xef\xbb\xbf"
_WIDE = (  # signature, bytes of it that are no text, encoding, width, index of the ASCII byte
    (b"\xff\xfe\x00\x00", 4, "utf-32-le", 4, 0),  # before UTF-16, whose mark it starts with
    (b"\x00\x00\xfe\xff", 4, "utf-32-be", 4, 3),
    (b"\xff\xfe", 2, "utf-16-le", 2, 0),
    (b"\xfe\xff", 2, "utf-16-be", 2, 1),
    (b"<\x00", 0, "utf-16-le", 2, 0),  # without a mark, as HTML begins (§13.2.3.2)
    (b"\x00<", 0, "utf-16-be", 2, 1),
)


@dataclass(frozen=True, slots=True)
class Layout:
    """How *body* is read. The banner itself is ASCII, in that encoding."""

    body: bytes
    start: int = 0  # of the text in the view
    encoding: str = "ascii"
    width: int = 1
    low: int = 0
    offset: int = 0

    def byte(self, place: int) -> int:
        """The offset in the body of a place in the view."""
        return self.offset + place * self.width

    def encoded(self, ascii_text: str) -> bytes:
        return ascii_text.encode(self.encoding)

    def holds(self, ascii_text: str) -> bool:
        return self.encoded(ascii_text) in self.body

    def view(self, limit: int | None = None) -> bytes:
        """The first *limit* code units, or all; what is not ASCII is 0xFF in a wide encoding."""
        if self.width == 1:
            return self.body if limit is None else self.body[:limit]
        end = len(self.body) - (len(self.body) - self.offset) % self.width
        if limit is not None:
            end = min(end, self.offset + limit * self.width)
        return _narrow(self.body[self.offset : end], self.width, self.low)


def layout_of(body: bytes) -> Layout:
    for signature, offset, encoding, width, low in _WIDE:
        if body.startswith(signature):
            return Layout(body, 0, encoding, width, low, offset)
    return Layout(body, len(_UTF8_MARK) if body.startswith(_UTF8_MARK) else 0)


def _narrow(data: bytes, width: int, low: int) -> bytes:
    ascii_bytes = data[low::width]
    for index in range(width):
        other = data[index::width]
        if index != low and other.count(0) != len(other):
            ascii_bytes = bytes(
                0xFF if high else byte for byte, high in zip(ascii_bytes, other, strict=True)
            )
    return ascii_bytes
