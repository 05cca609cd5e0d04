"""Speakers and reported clauses on sentences made for the purpose; the measurement is `benchmarks/quotations.py`."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paxsilica.brief.actors import actors_of, cast_of
from paxsilica.brief.documents import document_of
from paxsilica.brief.links import changes_between, links_of
from paxsilica.brief.passages import Stretch, paragraphs, quotations
from paxsilica.brief.reading import read
from paxsilica.brief.record import Document, Publication, Reading
from paxsilica.brief.statements import statements_of

SAID = {
    'Trade Minister Ana Ruiz said, "We will sign in May."': [("direct", "ana-ruiz")],
    '"We will sign in May," Trade Minister Ana Ruiz said.': [("direct", "ana-ruiz")],
    '"We will sign in May," said Trade Minister Ana Ruiz.': [("direct", "ana-ruiz")],
    "Trade Minister Ana Ruiz told reporters that both sides will sign in May.": [
        ("indirect", "ana-ruiz")
    ],
    "Both sides will sign in May, according to Trade Minister Ana Ruiz.": [
        ("indirect", "ana-ruiz")
    ],
    "Both sides will sign in May, Trade Minister Ana Ruiz said.": [("indirect", "ana-ruiz")],
    "Trade Minister Ana Ruiz called the offer “a first step” on Monday.": [
        ("speech act", "ana-ruiz"),
        ("partial", "ana-ruiz"),
    ],
    "Trade Minister Ana Ruiz, who arrived on Monday, said that talks go on.": [
        ("indirect", "ana-ruiz")
    ],
    "A spokesman for the ministry (who spoke in Oslo) said that talks go on.": [
        ("indirect", "a-spokesman-for-the-ministry-who-spoke-in-oslo")
    ],
    "The film “Harbour Lights” opens in May.": [],
    'They sell pipes of 12" and 14" in diameter.': [],
}


def found(text: str) -> list[tuple[str, str | None]]:
    return [(s.kind, s.speaker) for s in statements_of(text, cast_of(text))]


POINTING = {
    "The European Union said that talks go on. It said that a deal was near.": ["EU", "EU"],
    "Kenya opened a probe. It said that prices were low.": ["KEN"],
    "Ruiz said the duty would rise. She said that Kenya had agreed.": ["ruiz", "ruiz"],
    "Unions said that jobs were lost. They warned that more would go.": ["unions", "unions"],
    "Tom Lund, the envoy, who said that the list was ready, flew home.": ["tom-lund"],
    "China said it would answer. Analysts doubt it. It added that the list was ready.": [
        "CHN",
        "CHN",
    ],
    "Kenya said that it would buy less oil. Ana doubts it. He said that the duty stays.": [
        "KEN",
        None,
    ],
    "The minister said that the ban stays. They said that nobody came.": ["the-minister", None],
    "Kenya and Norway met in Oslo. They said that the talks failed.": [None],
    "Kenya said that talks go on.\n\nIt rains.\n\nIt said that nobody came.": ["KEN", None],
    "The same said that nothing was agreed.": [None],
    "It said that the ban was in force.": [None],
}


@pytest.mark.parametrize("text", POINTING)
def test_a_pronoun_is_whom_it_means_or_nobody(text):
    found = read(document_of(text.encode(), "made-up.txt")).statements
    assert [s.speaker for s in found] == POINTING[text]


@pytest.mark.parametrize("text", SAID)
def test_who_said_it_and_how(text):
    assert found(text) == SAID[text]


def test_a_pronoun_means_the_subject_of_the_sentence_before():
    text = "Minister Ana Ruiz met President Jon Aas.\nShe said that talks go on."
    assert found(text)[-1] == ("indirect", "ana-ruiz")


def test_an_office_means_its_holder():
    text = "US Ambassador to Norway Kim Lee arrived.\nThe US envoy said that talks go on."
    assert found(text)[-1] == ("indirect", "kim-lee")
    (actor,) = actors_of(cast_of(text))
    assert [(role.title, role.state) for role in actor.roles] == [
        ("US Ambassador to Norway", "USA")
    ]


def test_a_statement_inside_another_says_so():
    text = "Minister Ana Ruiz confirmed that President Jon Aas praised the treaty."
    outer, inner = statements_of(text, cast_of(text))
    assert (outer.speaker, outer.nested_in) == ("ana-ruiz", None)
    assert (inner.speaker, inner.nested_in) == ("jon-aas", outer.id)


def test_a_quotation_over_two_paragraphs_keeps_its_speaker():
    text = 'Minister Ana Ruiz said, "We began in May.\n\n"We will end in June."'
    assert found(text) == [("direct", "ana-ruiz")] * 2


def test_an_embedded_post_is_its_signers():
    text = (
        "It was a long day.\n“Good call,” she wrote.\nGood call with Oslo. We go on.\n"
        "— Ana Ruiz (@anaruiz) May 4, 2026\nThe end."
    )
    posts = [s for s in statements_of(text, cast_of(text)) if s.kind == "embedded post"]
    assert [(p.speaker, p.span.exact) for p in posts] == [
        ("ana-ruiz", "Good call with Oslo. We go on.")
    ]


@given(st.text(alphabet="ab \n\"“”',.'", max_size=60))
def test_quotations_stay_in_their_paragraph_and_do_not_overlap(text):
    for paragraph in paragraphs(text):
        found = quotations(text, paragraph)
        for q in found:
            assert paragraph.start <= q.start < q.end <= paragraph.end
        assert all(a.end <= b.start for a, b in pairwise(found))


WORDS = ["we", "go", "on", "with", "the", "talks", "in", "May", "and", "June"]


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=12), st.data())
def test_the_word_difference_leads_from_one_wording_to_the_other(words, data):
    other = data.draw(st.lists(st.sampled_from([*words, "never", "Oslo"]), max_size=12))
    removed = [
        w for c in changes_between(" ".join(words), " ".join(other)) for w in c.before.split()
    ]
    added = [w for c in changes_between(" ".join(words), " ".join(other)) for w in c.after.split()]
    assert sorted([*other, *removed]) == sorted([*words, *added])


def reading(name: str, text: str) -> Reading:
    document = Document(
        sha256=name,
        source=name,
        media_type="text/plain",
        text=text,
        published=Publication(day=None, basis="none", reliability="none"),
    )
    return Reading(document=document, statements=statements_of(text, cast_of(text)))


def test_an_altered_quotation_shows_the_exact_words():
    one = reading("a", 'Minister Ana Ruiz said, "We are going to sign the whole treaty in May."')
    two = reading("b", 'Minister Ana Ruiz said, "We are going to sign the treaty in June."')
    (link,) = links_of((one, two))
    assert link.kind == "altered quote"
    assert [(c.before, c.after) for c in link.changes] == [("whole", ""), ("May", "June")]


def test_the_same_words_of_two_people_are_no_quotation_of_one():
    one = reading("a", 'Minister Ana Ruiz said, "We are going to sign the treaty."')
    two = reading("b", 'Minister Jon Aas said, "We are going to sign the treaty."')
    assert {link.kind for link in links_of((one, two))} <= {"same claim"}


def test_a_paragraph_is_a_line():
    assert list(paragraphs(" a b \n\n c")) == [Stretch(1, 4), Stretch(8, 9)]


POLARITIES = {
    "Minister Ann Lee of Norway said that the talks would resume in May.": "said",
    "Minister Ann Lee of Norway did not say that the talks would resume in May.": "not said",
    "Minister Ann Lee of Norway never said that the talks would resume in May.": "not said",
    "Minister Ann Lee of Norway didn't say that the talks would resume in May.": "not said",
    "Minister Ann Lee of Norway denied that the talks would resume in May.": "denied",
    "Minister Ann Lee of Norway did not deny that the talks would resume in May.": "said",
    "Minister Ann Lee of Norway spoke to the press, denying that the talks would resume in May.": "denied",
}


@pytest.mark.parametrize("text", POLARITIES)
def test_what_was_not_said_or_denied_is_told(text):
    found = {s.polarity for s in read(document_of(text.encode(), "made-up.txt")).statements}
    assert found == {POLARITIES[text]}


def test_words_in_quotation_marks_were_said():
    text = '"We did not say that we will sign in May," Trade Minister Ana Ruiz said.'
    direct = [
        s for s in read(document_of(text.encode(), "made-up.txt")).statements if s.kind == "direct"
    ]
    assert [s.polarity for s in direct] == ["said"]
