"""Words and sentences of any script, and numbers whatever their notation."""

import itertools
import re
from collections.abc import Iterable
from decimal import Decimal

# Scripts that put no spaces between words: every character is its own word.
_SOLID = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
)
# Vowel signs and points that Python's ``\w`` leaves out, though they stand inside words.
_MARKS = "\u0300-\u036f\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0903\u093a-\u094f\u0981-\u0dff"
_INSIDE = "['’.,:/@&-]"  # joins two parts of one word
_MINUS = r"(?:(?<![\w)])-(?=\d))?"
_LETTER = rf"(?:(?![{_SOLID}_])[\w{_MARKS}])"
_CURRENCY = "[%‰€$£¥₹₽₩]"
_ANY = re.compile(
    rf"[{_SOLID}]|{_MINUS}{_LETTER}+(?:{_INSIDE}{_LETTER}+)*|{_CURRENCY}|\n",
)
# The same for texts without those scripts and marks: about three times as fast.
_PLAIN = re.compile(rf"{_MINUS}[^\W_]+(?:{_INSIDE}[^\W_]+)*|{_CURRENCY}|\n")
_SPECIAL = re.compile(f"[{_SOLID}{_MARKS}]")
LINE_END = "\n"
_PIECES = re.compile(rf"\s+|[{_SOLID}]|{_LETTER}+(?:{_INSIDE}{_LETTER}+)*|.", re.DOTALL)
# Bounded: on a long run of stops an open quantifier would be quadratic.
_SENTENCE_END = re.compile(r"[.!?…؟۔।]{1,4}[\"'”’»)\]]{0,3} |[。！？]{1,4}[」』”]{0,2}")
_LETTERS = re.compile(r"[^\W\d_]")
_NUMBERING = 8  # characters: longer runs without letters are passages by themselves
_DIGITS = re.compile(r"\d+")
_NUMBER = re.compile(r"-?\d[\d.,']*")


def words(text: str) -> list[str]:
    """The words of *text* in order, as written; punctuation is left out, currency is kept."""
    return _tokens(text.replace(LINE_END, " "))


def pieces(text: str) -> list[str]:
    """*text* cut into words, runs of blanks, and every other character by itself."""
    return _PIECES.findall(text)


def folded(text: str) -> list[str]:
    """The words of *text* without regard to case and the style of apostrophes."""
    return words(text.casefold().replace("’", "'"))


def folded_lines(lines: Iterable[str]) -> list[str]:
    """The folded words of many lines in one list, ``LINE_END`` after each line."""
    whole = LINE_END.join(line.replace(LINE_END, " ") for line in lines)
    return _tokens(whole.casefold().replace("’", "'"))


def _tokens(text: str) -> list[str]:
    plain = text.isascii() or not _SPECIAL.search(text)
    return (_PLAIN if plain else _ANY).findall(text)


def sentences(text: str) -> list[str]:
    """*text* cut after each sentence's end. An abbreviation may cut once too often: both sides
    of a comparison are then cut alike."""
    cuts = [0, *(match.end() for match in _SENTENCE_END.finditer(text)), len(text)]
    found: list[str] = []
    held = ""  # "5." numbers what follows: no sentence by itself
    for start, end in itertools.pairwise(cuts):
        part = held + text[start:end]
        if len(part) <= _NUMBERING and not _LETTERS.search(part):
            held = part
            continue
        held = ""
        found.append(part.strip())
    found.append(held.strip())
    return [part for part in found if part]


def has_digit(word: str) -> bool:
    return any(char.isdigit() for char in word)


def numbers(group: list[str]) -> list[str]:
    """The numbers among neighbouring words, in one notation: "36,982.92" and "36 982,92" agree.

    >>> numbers(["€", "36", "982,92"])
    ['36982.92']
    """
    found: list[str] = []
    grouped = False
    for word in group:
        if not has_digit(word):
            grouped = False
            continue
        joins = grouped and re.fullmatch(r"\d{3}(?:[.,]\d+)?", word) and found[-1].isdecimal()
        value = found.pop() + word if joins else word
        grouped = value.isdecimal() and (bool(joins) or len(value) <= 3)
        found.append(value)
    return [part for value in found for part in _parts(value)]


def _parts(word: str) -> list[str]:
    """A number in one notation, or the digits of a word that mixes: "12h30" and "12 h 30" agree."""
    return [canonical(word)] if _NUMBER.fullmatch(word) else _DIGITS.findall(word)


def canonical(word: str) -> str:
    """One notation for a number; dates and versions ("12.05.2024", "3.11.7") stay as they are."""
    parts = re.split(r"[.,']", word.lstrip("-"))
    sign = "-" if word.startswith("-") else ""
    whole, last = parts[:-1], parts[-1]
    if not whole:
        return sign + (last.lstrip("0") or "0")
    if all(len(part) == 3 for part in parts[1:]) and parts[0] not in {"", "0"}:
        return sign + "".join(parts)
    if len(parts) > 2 and any(len(part) != 3 for part in whole[1:]):
        return word  # a date or a version: 12.05.2024, 3.11.7
    return sign + _decimal("".join(whole), last)


def _decimal(whole: str, fraction: str) -> str:
    if not (whole + fraction).isascii():
        return f"{whole}.{fraction}"
    return format(Decimal(f"{whole or '0'}.{fraction or '0'}").normalize(), "f")
