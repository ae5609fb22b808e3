"""CDATA sections of XHTML, which a parser of HTML takes for comments that end at the first ``>``."""

import re
from html import escape

_OPENS = re.compile(r"<!\[CDATA\[|<!--|<(?:script|style)\b")
_ENDS = {"<![CDATA[": "]]>", "<!--": "-->", "<script": "</script", "<style": "</style"}


def without_cdata(source: str) -> str:
    """*source* with the text of CDATA sections (XML 1.0 §2.7) written as HTML writes text. Scripts
    and styles keep theirs: in HTML they are text anyway, behind a comment sign. Linear."""
    done: list[str] = []
    position = 0
    while opens := _OPENS.search(source, position):
        mark = opens.group()
        end = source.find(_ENDS[mark], opens.end())
        if end < 0:
            break
        if mark == "<![CDATA[":
            done += (
                source[position : opens.start()],
                escape(source[opens.end() : end], quote=False),
            )
            position = end + 3
        else:
            done.append(source[position:end])
            position = end
    return "".join((*done, source[position:]))
