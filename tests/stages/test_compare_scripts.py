"""Scripts without spaces or capitals: their words and sentences, and what matters in them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.api.comparing import compare
from checker.model import Change, Comparison
from checker.stages.compare.facts import fact_in
from checker.stages.compare.words import pieces, sentences, words

ZH = "市议会星期二晚上投票决定提高港口大桥的通行费。工程师认为桥面已经磨损得无法修复。"
JA = "市議会は火曜日の夜、橋の通行料を引き上げることを決めた。橋の床は修理できないと言う。"
TH = "สภาเมืองลงมติเมื่อวันอังคารให้ขึ้นค่าผ่านทางสะพานท่าเรือ วิศวกรกล่าวว่าพื้นสะพานซ่อมไม่ได้"
AR = "صوت مجلس المدينة مساء الثلاثاء على رفع رسوم عبور الجسر. وقال المهندسون إنه لا يمكن إصلاحه."
MORE = {
    "zh": "会议持续了三个小时。居民可以在月底之前提出意见。他说：「桥必须修。」",
    "ja": "会議は三時間続いた。住民は意見を出すことができる。市長は「橋は古い」と述べた。",
    "th": "การประชุมใช้เวลาสามชั่วโมง ชาวบ้านสามารถเสนอความเห็นก่อนสิ้นเดือน",
    "ar": "استمر الاجتماع أربع ساعات. ويمكن للسكان تقديم ملاحظاتهم قبل نهاية الشهر؟ نعم.",
}
TEXTS = {"zh": ZH, "ja": JA, "th": TH, "ar": AR}


def page(language: str, *paragraphs: str) -> str:
    body = "".join(f"<p>{one}</p>" for one in paragraphs)
    return f'<html lang="{language}"><title>T</title><article><h1>T</h1>{body}</article></html>'


def edited(language: str, was: str, now: str) -> Comparison:
    old = (TEXTS[language], MORE[language])
    assert any(was in one for one in old)
    new = (one.replace(was, now) for one in old)
    return compare(page(language, *old), page(language, *new))


@pytest.mark.parametrize(
    ("language", "was", "now"),
    [
        ("zh", "提高", "上调"),
        ("zh", "已经", "已"),
        ("ja", "引き上げる", "値上げする"),
        ("ja", "続いた", "続きました"),
        ("th", "ขึ้นค่า", "เพิ่มค่า"),
        ("ar", "رفع", "زيادة"),
    ],
)
def test_other_words_alone_are_minor(language: str, was: str, now: str) -> None:
    found = edited(language, was, now)
    assert found.change is Change.MINOR
    (edit,) = found.edits
    assert len("".join((*edit.removed, *edit.added))) <= len(was) + len(now)


@pytest.mark.parametrize(
    ("language", "was", "now", "why"),
    [
        ("zh", "星期二", "星期三", "date"),
        ("zh", "无法修复", "很难修复", "negation"),
        ("zh", "决定", "没有决定", "negation"),
        ("zh", "可以", "必须", "modal"),
        ("zh", "三个小时", "四个小时", "number"),
        ("zh", "桥必须修", "桥必须重修", "quotation"),
        ("ja", "火曜日", "水曜日", "date"),
        ("ja", "修理できない", "修理できる", "negation"),
        ("ja", "三時間", "四時間", "number"),
        ("ja", "橋は古い", "橋は古くて狭い", "quotation"),
        ("th", "วันอังคาร", "วันพุธ", "date"),
        ("th", "ซ่อมไม่ได้", "ซ่อมได้", "negation"),
        ("th", "สาม", "สี่", "number"),
        ("th", "สามารถ", "ต้อง", "modal"),
        ("ar", "الثلاثاء", "الأربعاء", "date"),
        ("ar", "لا يمكن", "يمكن", "negation"),
        ("ar", "أربع", "خمس", "number"),
        ("ar", "ويمكن", "ويجب", "modal"),
    ],
)
def test_a_fact_is_a_fact_in_every_script(language: str, was: str, now: str, why: str) -> None:
    found = edited(language, was, now)
    assert found.change is Change.SUBSTANTIVE
    assert [edit.why for edit in found.edits] == [why]


@pytest.mark.parametrize(
    ("language", "phrase"),
    [
        ("zh", "不过三角形"),
        ("zh", "未来的无线网络"),
        ("ja", "少ない"),
        ("ja", "外れ"),
        ("th", "เก้าอี้"),
        ("ar", "ثلاجة"),
    ],
)
def test_parts_of_other_words_are_no_facts(language: str, phrase: str) -> None:
    assert fact_in(phrase, language) == ""


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (ZH, 2),
        (JA, 2),
        (TH, 1),  # Thai puts no stop
        (AR, 2),
        (MORE["ar"], 3),
        ("「行くのか？」と彼は聞いた。", 2),
        ("क्या यह सच है। हाँ।", 2),
    ],
)
def test_sentences_end_as_their_script_ends_them(text: str, parts: int) -> None:
    assert len(sentences(text)) == parts


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("通行费", ["通", "行", "费"]),
        ("トヨタが", ["ト", "ヨ", "タ", "が"]),
        ("สะพาน", list("สะพาน")),
        ("رسوم الجسر", ["رسوم", "الجسر"]),
        ("مُحَمَّد", ["مُحَمَّد"]),  # vowel points stand inside words
        ("iPhone 15を", ["iPhone", "15", "を"]),
    ],
)
def test_words(text: str, found: list[str]) -> None:
    assert words(text) == found


@given(st.text(alphabet="市议会三日ภาษไม่صوتلا。 .1a"))
def test_pieces_lose_nothing(text: str) -> None:
    assert "".join(pieces(text)) == text
    assert all(word in text for word in words(text))
