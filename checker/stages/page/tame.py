"""Tells at the cost of one match that markup is harmless, as that of nearly all real pages is.

``shape`` proves the same tag by tag in Python, which takes several times as long as the parser.
Most of its limits cannot be reached by a source with few "<", whatever stands between them. What
remains is a tag with thousands of attributes: one pattern, linear in the source, follows the
tokenizer through the shapes that real pages have and counts the attributes of each tag. Where it
stops before the end, nothing is proven and the scan decides.
"""

import re

MAX_STARTS = 4_096  # start tags: so few are neither too deep nor too many
MAX_ATTRIBUTES = 60  # of one tag: 4,096 times their square is less than the scan allows
MAX_OPENED = 2_000_000  # start tags times formatting elements, as ``shape.MAX_REOPENED``

_VALUE = r"(?:\"[^\"]*+\"|'[^']*+'|[^\s>\"'][^\s>]*+)"
_ATTRIBUTE = rf"[\s/]*+[^\s/>][^\s/>=]*+(?:={_VALUE}|\s*+=\s*+{_VALUE}?+)?+"
_TAIL = rf"(?:{_ATTRIBUTE}){{0,{MAX_ATTRIBUTES}}}+[\s/]*+>"  # a tag from behind its name to ">"
_COMMENT = r"<!--(?:-?>|[^-]*+(?:-(?!-!?>)[^-]*+)*+--!?>)"
_BOGUS = r"<[!?](?!--|\[)[^<>]*+>"  # <!doctype>, <?xml?>
_RAW = ("style", "title", "textarea", "iframe", "noembed", "noframes", "xmp")
# Whether these start raw text depends on where they stand; without "<" it makes no difference.
_PLAIN_RAW = "|".join(
    rf"<(?i:{name})(?=[\s/>]){_TAIL}[^<]*+(?:<!--[^<>]*+(?<=--)>[^<]*+)?+</(?i:{name}){_TAIL}"
    for name in _RAW
)
# "<!--" and then "<script" would make the next end tag none (HTML §13.2.5.26): one of them only.
_SCRIPT = (
    rf"<(?i:script)(?=[\s/>]){_TAIL}"
    r"(?:[^<]*+(?:<(?!!--|/(?i:script)[\s/>])[^<]*+)*+(?=</)"
    r"|[^<]*+(?:<(?!/?(?i:script)[\s/>])[^<]*+)*+)"
    rf"</(?i:script)(?=[\s/>]){_TAIL}"
)
_SVG_NAMES = (
    "animate|animatemotion|animatetransform|circle|clippath|defs|ellipse|fe[a-z]{3,20}|filter|g"
    "|image|line|lineargradient|marker|mask|path|pattern|polygon|polyline|radialgradient|rect|stop"
    "|symbol|text|textpath|tspan|use|view"
)


def _svg(inner: str) -> str:
    """An ``<svg>`` of elements that neither leave it nor hold HTML, and of *inner* ones."""
    return (
        rf"<(?i:svg)(?=[\s/>]){_TAIL}"
        rf"(?:[^<]++|</?(?i:{_SVG_NAMES})(?=[\s/>]){_TAIL}|{_COMMENT}|{inner}"
        rf"|<(?i:title|desc|style)(?=[\s/>]){_TAIL}[^<]*+</(?i:title|desc|style){_TAIL})*+"
        rf"</(?i:svg){_TAIL}"
    )


_SVG = _svg(_svg("(?!)"))
# Any other tag. The first letter is looked at apart, because that takes half of the time.
_OTHER = (
    r"</?+(?![fimnpstxFIMNPSTX](?i:cript|vg|ath|laintext|rameset|tyle|itle|extarea|frame|oembed"
    rf"|oframes|mp)[\s/>])[a-zA-Z][^\s/>]*+{_TAIL}"
)
_ANY = rf"{_SCRIPT}|{_PLAIN_RAW}|{_COMMENT}|{_BOGUS}|<(?![a-zA-Z/!?])"
# Up to the first element in which a style may have markup, it is text, whatever is in it.
_STYLE = rf"<(?i:style)(?=[\s/>]){_TAIL}[^<]*+(?:<(?!/(?i:style)[\s/>])[^<]*+)*+</(?i:style){_TAIL}"
_TAME = re.compile(
    rf"[^<]*+(?:(?:(?!<(?i:select)[\s/>]){_OTHER}|{_STYLE}|{_ANY})[^<]*+)*+"
    rf"(?:(?:{_OTHER}|{_ANY}|{_SVG})[^<]*+)*+"
)
_FORMATTING = re.compile(
    r"<(?:a|b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)(?![^\s/>])", re.IGNORECASE
)


def is_tame(source: str) -> bool:
    """Whether no limit of ``shape`` can be reached; False proves nothing. Linear."""
    starts = source.count("<") - source.count("</")
    if starts > MAX_STARTS:
        return False
    if starts * starts > MAX_OPENED:
        formatting = len(_FORMATTING.findall(source))
        if formatting > 32 and formatting * starts > MAX_OPENED:
            return False
    return _TAME.fullmatch(source) is not None
