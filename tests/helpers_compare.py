"""Hand-built versions for the comparison stages."""

from checker.model import Block, BlockKind, Dates, Notice, Text, Version, digest_of

BODY = (
    "The council of Ashford decided on Monday that the old bridge has to close for repairs.",
    "Engineers found cracks in two of the pillars, and the work is said to cost 4 million euros.",
    'The mayor, Anna Keller, called the decision "hard but right" and asked drivers for patience.',
    "Traffic must use the ring road until the work is done, which may take more than a year.",
    "Shopkeepers in the old town fear that customers will stay away during the repairs.",
)


def text(
    *paragraphs: str,
    title: str = "Old bridge closes for repairs",
    page: tuple[str, ...] = (),
    language: str | None = "en",
    kind: BlockKind = BlockKind.PARAGRAPH,
) -> Text:
    blocks = tuple(Block(kind, one) for one in paragraphs)
    seen = (*page, *paragraphs)
    return Text(
        title,
        blocks,
        language,
        digest_of("\n".join((title, *paragraphs)).encode("utf-8", "surrogatepass")),
        seen,
        digest_of("\n".join(seen).encode("utf-8", "surrogatepass")),
    )


def version(
    *paragraphs: str,
    title: str = "Old bridge closes for repairs",
    page: tuple[str, ...] = (),
    language: str | None = "en",
    dates: Dates | None = None,
    notices: tuple[Notice, ...] = (),
    uri: str | None = "https://news.example/bridge",
    final_uri: str | None = None,
) -> Version:
    return Version(
        text(*paragraphs, title=title, page=page, language=language),
        dates or Dates(),
        notices,
        "",
        uri,
        final_uri or uri,
    )


def edited(old: str, new: str, *, language: str | None = "en") -> tuple[Version, Version]:
    """The same article with one paragraph before and after."""
    return version(old, *BODY, language=language), version(new, *BODY, language=language)
