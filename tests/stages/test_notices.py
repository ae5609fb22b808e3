"""Publishers' notices: what is one, in which language, and what only looks like one."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.data import table
from checker.model import Block, BlockKind, NoticeKind, OriginKind, Precision, Text
from checker.stages import notice_forms, notices
from tests.growth import linear_in

K = NoticeKind
SEED = (
    "This is an archived article and the information in the article may be outdated. "
    "Please look at the time stamp on the story to see when it was last updated."
)


def _text(*lines: str, language: str | None = "en", page: tuple[str, ...] = ()) -> Text:
    return Text("t", tuple(Block(BlockKind.PARAGRAPH, one) for one in lines), language, "", page)


BEARS = [
    (K.ARCHIVED, "en", SEED),
    (K.ARCHIVED, "en", "This page has been archived and is no longer maintained."),
    (K.ARCHIVED, "en", "This was published under the 2016 to 2019 May Conservative government"),
    (K.ARCHIVED, "de", "Veröffentlicht wurde dies unter der Regierung Johnson"),
    (K.ARCHIVED, "cy", "Cyhoeddwyd hwn o dan y llywodraeth Geidwadol"),
    (K.OUTDATED, "en", "This article is more than 2 years old"),
    (K.OUTDATED, "en", "This post is more than one year old. It may be wrong."),
    (K.OUTDATED, "en", "Some of the information in this article may be outdated."),
    (K.OUTDATED, "de", "Dieser Artikel ist älter als zwei Jahre alt."),
    (K.OUTDATED, "ja", "この記事は最終更新日から3年以上経過しています。"),
    (K.CORRECTION, "en", "Correction: The mayor is 54 years old, not 45."),
    (K.CORRECTION, "en-GB", "CORRECTION (3 May 2019): The mayor is 54 years old, not 45."),
    (K.CORRECTION, "en", "Correction, May 3, 2019: The mayor is 54 years old, not 45."),
    (K.CORRECTION, "en", "Correction: December 20, 2023:"),
    (K.CORRECTION, "en", "An earlier version of this story misstated the mayor's age."),
    (K.AMENDMENT, "en", "• This article was amended on 5 July 2018 to correct a name."),
    (K.AMENDMENT, "de", "Dieser Text wurde nachträglich geändert: Der Ort heißt anders."),
    (K.CORRECTION, "en", "A previous verison of this article incorrectly stated his age."),
    (K.CORRECTION, "en", "An earlier version of this story neglected to name the witness."),
    (K.CORRECTION, "en", "Corrections & Clarifications: The mayor is 54 years old, not 45."),
    (K.CORRECTION, "en", "CORRECTED-UPDATE 2-Oil rises as storm nears the coast"),
    (K.CORRECTION, "en", "(Corrects paragraph 3 to say that the mayor is 54)"),
    (K.CORRECTION, "en", "This photo may have left the incorrect impression that he was there."),
    (K.CORRECTION, "en", "Correction appended"),
    (K.CORRECTION, "sv", "Rättelse 3 mars 2021: Borgmästaren är 54 år, inte 45."),
    (K.CORRECTION, "no", "I en tidligere versjon av artikkelen sto det et annet tall."),
    (K.CORRECTION, "da", "Rettelse: Borgmesteren er 54 år og ikke 45."),
    (K.CORRECTION, "fi", "Oikaisu 3.3.2021: Pormestari on 54-vuotias, ei 45-vuotias."),
    (K.CORRECTION, "pl", "Sprostowanie: burmistrz ma 54 lata, a nie 45."),
    (K.CORRECTION, "ru", "В предыдущей версии статьи был указан другой возраст."),
    (K.CORRECTION, "tr", "Düzeltme: belediye başkanı 54 yaşında, 45 değil."),
    (K.CORRECTION, "zh-CN", "更正：市长今年54岁，不是45岁。"),
    (K.CORRECTION, "ko", "[정정] 시장은 45세가 아니라 54세입니다."),
    (K.OUTDATED, "en", "Parts of this article (those related to the toll) need to be updated."),
    (K.OUTDATED, "en", "Kubernetes v1.2 documentation is no longer actively maintained."),
    (K.OUTDATED, "fr", "Cet article a été publié il y a plus de 3 ans."),
    (K.OUTDATED, "sv", "Denna artikel skrevs för 3 år sedan, vilket kan göra att den är fel."),
    (K.OUTDATED, "ja", "この内容が古い可能性があります。"),
    (K.ARCHIVED, "ja", "本件は、安倍政権で公開されました"),
    (K.WITHDRAWAL, "en", "[Withdrawn] Travel to the islands: what you need to know"),
    (K.CORRECTION, "en", "Editor’s note: This story has been corrected to fix a name."),
    (K.CORRECTION, "de", "Korrektur: In einer früheren Version dieses Artikels hieß es anders."),
    (K.CORRECTION, "fr", "Une première version de cet article indiquait un autre chiffre."),
    (K.CORRECTION, "es", "Fe de errores: la cifra correcta es de 12 millones."),
    (K.CORRECTION, "pt", "Erramos: o número correto é de 12 milhões."),
    (K.CORRECTION, "it", "Errata corrige: la cifra corretta è di 12 milioni."),
    (K.CORRECTION, "nl", "In een eerdere versie van dit artikel stond een ander bedrag."),
    (K.CLARIFICATION, "en", "Clarification: The sum covers 2018 and 2019 together."),
    (K.UPDATE, "en", "This story has been updated."),
    (K.UPDATE, "en", "Update (March 2, 2020): The trial has been postponed."),
    (K.EDITORS_NOTE, "en", "Editor's note: The writer is a member of the council."),
    (K.EDITORS_NOTE, "de", "Anm. d. Red.: Der Autor ist Mitglied des Rates."),
    (K.RETRACTION, "en", "Retraction: This story rested on documents that were forged."),
    (K.RETRACTION, "en", "We have unequivocally retracted our story of last week."),
    (K.RETRACTION, "fr", "Cet article a été rétracté par la rédaction."),
    (K.WITHDRAWAL, "en", "This publication was withdrawn on 5 March 2020."),
]


@pytest.mark.parametrize(("kind", "language", "line"), BEARS)
def test_a_notice_is_found_in_its_language_and_quoted_whole(kind, language, line):
    (found,) = notices.find(_text("An introduction.", line, language=language))
    assert (found.kind, found.quote) == (kind, line)
    assert language.startswith(found.language)
    assert [one.kind for one in notices.find(_text(line, language=None))] == [kind]


@pytest.mark.parametrize(
    "line",
    [
        "Updated Dec. 23, 2023, 7:58 AM UTC and more words",
        "Update:",
        "Update: the mayor left town.",
        "Updates",
        "Correction:",
        "Corrections",
        "Suggest a correction",
        "Report a correction or typo",
        "Corrections policy",
        "Corrections and Clarifications",
        "The paper published a correction: it had misspelled a name.",
        "Critics say this article is more than two years old news to them.",
        "He asked whether the information in this article may be outdated.",
        "Retraction of the landing gear took 30 seconds.",
        "The archive of the city holds 2,000 maps.",
        "An earlier version of this story was told by sailors.",
        "The original version of this story appeared in Quanta Magazine.",
        "An earlier version of this essay was first published in 2011.",
        "Corrected proofs arrived late, and the printer had left.",
        "Correct: paragraph three of the byline is the one to read.",
        "Rättelser",
        "Rettelser",
        "Logg over rettelser",
        "訂正・おわび",
        "The troops withdrew; the bill was withdrawn on 5 March 2020.",
    ],
)
def test_what_only_looks_like_a_notice(line):
    assert notices.find(_text("An introduction.", line, page=(line,))) == ()


def test_a_label_alone_is_quoted_with_the_block_behind_it():
    text = _text("Body.", "Correction, May 3, 2019:", "The mayor is 54 years old, not 45.", "More.")
    (found,) = notices.find(text)
    assert found.kind is K.CORRECTION
    assert found.quote == "Correction, May 3, 2019: The mayor is 54 years old, not 45."
    assert notices.find(_text("Body.", "Correction:")) == ()


def test_a_headline_may_say_it():
    text = Text("RETRACTED: Cold fusion at home", (), "en", "")
    assert [one.kind for one in notices.find(text)] == [K.RETRACTION]


def test_languages_are_gated():
    line = "Korrektur: In einer früheren Version dieses Artikels hieß es anders."
    assert notices.find(_text(line, language="en")) == ()
    assert notices.find(_text(line, language="de-AT")) != ()


def test_a_label_counts_in_the_article_only_and_a_sentence_on_the_page_too():
    label = "Correction: The mayor is 54 years old, not 45."
    banner = "This article is more than 3 years old"
    found = notices.find(_text("Body.", page=("Body.", label, banner, banner)))
    assert [(one.kind, one.quote) for one in found] == [(K.OUTDATED, banner)]


def test_one_block_is_one_notice_and_the_gravest_wins():
    line = "Editor's note: This story has been updated. It was retracted? This story was retracted."
    (found,) = notices.find(_text(line))
    assert found.kind is K.RETRACTION


def test_a_notice_at_the_end_of_a_long_block_is_quoted_from_its_sentence():
    body = "The council met on Monday and talked for long. " * 20
    (found,) = notices.find(_text(body + "This story has been corrected to fix a name."))
    assert found.quote == "This story has been corrected to fix a name."


@pytest.mark.parametrize(
    ("line", "language", "day"),
    [
        ("This article was amended on 5 July 2018 to fix a name.", "en", (2018, 7, 5)),
        ("Correction, Sept. 3, 2019: The mayor is 54 years old.", "en", (2019, 9, 3)),
        ("Correction (2019-05-03): The mayor is 54 years old.", "en", (2019, 5, 3)),
        ("Korrektur vom 3. März 2021: Der Bürgermeister ist 54 Jahre alt.", "de", (2021, 3, 3)),
        ("Rectificatif, le 1er juillet 2020 : le maire a bien 54 ans.", "fr", (2020, 7, 1)),
        ("Corrección (3 de mayo de 2019): el alcalde tiene 54 años.", "es", (2019, 5, 3)),
        ("Rättelse 3 mars 2021: Borgmästaren är 54 år, inte 45.", "sv", (2021, 3, 3)),
        ("Oikaisu 3.3.2021: Pormestari on 54-vuotias, ei 45-vuotias.", "fi", (2021, 3, 3)),
        ("更正：市长今年54岁，2021年3月5日。", "zh", (2021, 3, 5)),
    ],
)
def test_the_day_that_a_notice_states(line, language, day):
    (found,) = notices.find(_text(line, language=language))
    assert found.date is not None
    assert found.date.earliest == datetime(*day, tzinfo=UTC)
    assert found.date.precision is Precision.DAY
    assert found.date.origin.kind is OriginKind.TEXT
    assert found.date.weak


@pytest.mark.parametrize(
    "line",
    [
        "Correction (31 February 2019): The mayor is 54 years old.",
        "Correction (3 Ma 2019): The mayor is 54 years old.",
        "Correction (3 Foo 2019): The mayor is 54 years old.",
        "Correction (3 Mid 2019): The mayor is 54 years old.",
    ],
)
def test_an_impossible_or_unclear_day_is_none(line):
    (found,) = notices.find(_text(line))
    assert found.date is None


def test_every_row_says_where_it_was_seen_and_compiles_to_bounded_patterns():
    rows = table("notices.toml")["notice"]
    assert len({row["language"] for row in rows}) >= 60
    for row in rows:
        assert row["seen"], row
        assert row["at"] in {"start", "sentence", "whole"}, row
        NoticeKind(row["kind"])
    for form in notice_forms.forms_of(""):
        assert form.needles, form
        assert not re.search(r"(?<!\\)[*+]", re.sub(r"\[[^\]]*\]", "x", form.pattern.pattern))


@pytest.mark.parametrize(
    "hostile",
    ["correction " * 9000, "(" * 100_000, "update 1" * 12_000, "a. " * 33_000, ". " * 50_000],
)
def test_hostile_text_costs_no_more_than_its_length(hostile):
    linear_in(hostile, lambda cut: notices.find(_text(cut, language=None, page=(cut[:-1],))))


@given(st.lists(st.text(max_size=200), max_size=5), st.sampled_from([None, "en", "zz", "de_DE"]))
@settings(max_examples=60, deadline=None)
def test_law_nothing_raises_and_every_quote_is_in_the_text(lines, language):
    found = notices.find(_text(*lines, SEED, language=language, page=tuple(lines)))
    said = " ".join(" ".join(line.strip() for line in lines).split())
    assert all(
        " ".join(one.quote.split()) in f"{said} {SEED}" or one.quote in lines for one in found
    )
