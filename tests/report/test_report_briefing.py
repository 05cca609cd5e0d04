"""`briefing.html`: every word in its place, nothing of a text that acts, and a folder that is whole or not there."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html.parser import HTMLParser

import pytest
from brief.readings import made_up, small_record
from browsing import opened
from hypothesis import given
from hypothesis import strategies as st

from paxsilica.brief.documents import document_of
from paxsilica.brief.drafts import Draft, drafts_of
from paxsilica.brief.links import changes_between
from paxsilica.brief.reading import read, record_of
from paxsilica.brief.record import Link, Mask, Reading, Record, Span, Time, WordChange
from paxsilica.brief.store import add_many, due, open_store
from paxsilica.errors import InputError
from paxsilica.findings import Findings
from paxsilica.names import Names
from paxsilica.questions.brief import Brief
from paxsilica.questions.question import Answer
from paxsilica.report.annotate import KINDS_OF_MARK, Mark, amount, changed, pieces
from paxsilica.report.briefing import draft_files
from paxsilica.report.pages.brief import report, write
from paxsilica.report.report import Report, report_page

EVIL = "<script>alert(1)</script>"
VOID = {"meta", "link", "br"}
OTHERWISE = {"refused": {}, "counterparts": []}
DRAFT = Draft(
    name="tariff", title="A tariff", text="title: x\n", assumptions=("every good",), measures=()
)


class Page(HTMLParser):
    """Ids, addresses, rows of tables, and the texts with the classes over every letter."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids, self.addresses, self.handlers, self.scripts = [], [], [], 0
        self.rows: list[list[str]] = []
        self.texts: dict[str, list[tuple[str, set[str]]]] = {}
        self.titles: list[str] = []
        self.words = ""
        self.open: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.scripts += tag == "script"
        self.ids += [found["id"]] if "id" in found else []
        self.titles += [found["title"]] if "title" in found else []
        self.addresses += [found[name] for name in ("href", "src") if name in found]
        self.handlers += [name for name in found if name.startswith("on")]
        inside = [tag for tag, _ in self.open]
        if tag == "tr" and "thead" not in inside:
            self.rows.append([])
        if tag in ("td", "th") and "thead" not in inside:
            self.rows[-1].append("")
        if tag not in VOID:
            self.open.append((tag, found))

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag

    def handle_data(self, data):
        self.words += data
        inside = [tag for tag, _ in self.open]
        if {"td", "th"} & {*inside} and "thead" not in inside:
            self.rows[-1][-1] += data
        over = {name for _, found in self.open for name in (found.get("class") or "").split()}
        for _, found in self.open:
            if "text" in (found.get("class") or "").split():
                self.texts.setdefault(found["id"], []).extend((letter, over) for letter in data)


def only(**changed_fields) -> Record:
    """A record of one document, the reading changed."""
    _, reading = made_up()
    return Record(readings=(reading.model_copy(update=changed_fields),))


def retold(text: str, document: dict | None = None, **found) -> Record:
    """A record of one text with nothing found in it but `found`."""
    _, reading = made_up()
    fields = {"text": text, "masks": ()} | (document or {})
    return Record(readings=(Reading(document=reading.document.model_copy(update=fields), **found),))


def answered(record: Record, drafts=(), as_of: date | None = None) -> Answer:
    """The answer that a record makes without a baseline."""
    held = {"record": record.model_dump(mode="json"), "drafts": [d.model_dump() for d in drafts]}
    asked = Brief(files=("x.txt",), as_of=as_of)
    return Answer(asked, Findings(()), Names(), attachments={**held, **OTHERWISE})


def first_screen(record: Record, drafts=(), as_of: date | None = None) -> Report:
    return report(answered(record, drafts, as_of))


def briefing_page(record: Record, drafts=(), as_of: date | None = None) -> str:
    return report_page(first_screen(record, drafts, as_of), {})


def write_briefing(record: Record, drafts, folder, as_of: date | None = None):
    return write(answered(record, drafts, as_of), folder)


def section(html: str, name: str) -> str:
    return html.split(f'<details class="part" id="{name}">')[1].split("</details>")[0]


# ---- the texts -------------------------------------------------------------------------------------------------


def test_the_texts_are_whole_and_every_word_found_is_marked():
    record = small_record()
    page = Page(briefing_page(record))
    for n, r in enumerate(record.readings, 1):
        shown = page.texts[f"words-{n}"]
        assert "".join(letter for letter, _ in shown) == r.document.text
        groups = {
            "statement": r.statements,
            "measure": r.measures,
            "commitment": r.commitments,
            "event": r.events,
        }
        spans = [(kind, x.span.start, x.span.end) for kind, found in groups.items() for x in found]
        spans += [("time", t.span.start, t.span.end) for t in r.times]
        spans += [("quantity", q.span.start, q.span.end) for q in r.quantities]
        spans += [("masked", m.start, m.end) for m in r.document.masks]
        for at, (_, over) in enumerate(shown):
            assert over & set(KINDS_OF_MARK) == {
                kind for kind, start, end in spans if start <= at < end
            }
        for _, start, _ in spans:
            assert f"d{n}-{start}" in page.ids


def test_every_reference_leads_to_words_and_none_leads_out():
    page = Page(briefing_page(small_record(), [DRAFT]))
    assert len(page.ids) == len(set(page.ids))
    assert [
        a for a in page.addresses if a != "data:," and a.removeprefix("#") not in page.ids
    ] == []


def test_a_tooltip_says_what_was_found_who_said_it_and_on_what_basis():
    titles = Page(briefing_page(small_record())).titles
    assert any(
        "statement; Rufus Firefly; direct" in t and "speaker: rufus firefly (inferred)" in t
        for t in titles
    )
    assert any("quantity; at most 25\N{NO-BREAK SPACE}%" in t for t in titles)
    assert "not the article: scraper header" in titles


@pytest.mark.parametrize(
    "text", ["\n  שלום, מכס של 5% מחר\r\nend  ", "關稅　بنسبة ٢٥٪\u202e gnol\u202c 🧲", "", " \n\n"]
)
def test_other_scripts_come_through_to_the_last_letter(text):
    mask = (Mask(start=0, end=3, why="boilerplate"),) if text else ()
    page = Page(briefing_page(retold(text, document={"language": "he", "masks": mask})))
    assert "".join(letter for letter, _ in page.texts.get("words-1", [])) == text


def test_spans_outside_the_text_are_left_out():
    far = Span(start=2, end=90, exact="c and more")
    record = retold("abc", times=(Time(span=far, kind="vague", value="PAST_REF"),))
    shown = Page(briefing_page(record)).texts["words-1"]
    assert [(letter, "time" in over) for letter, over in shown] == [
        ("a", False),
        ("b", False),
        ("c", True),
    ]


marks = st.lists(
    st.builds(
        Mark,
        st.integers(-5, 45),
        st.integers(-5, 45),
        st.sampled_from(list(KINDS_OF_MARK)),
        st.text(max_size=3),
    ),
    max_size=12,
)


@given(st.text(max_size=40), marks)
def test_splitting_loses_no_letter_and_no_mark(text, marked):
    found = pieces(text, marked)
    assert "".join(piece.text for piece in found) == text
    at = 0
    for piece in found:
        assert piece.start == at
        assert piece.text
        for place in range(at, at + len(piece.text)):
            over = [m for m in marked if m.start <= place < m.end]
            assert set(piece.kinds) == {m.kind for m in over}
            assert sorted(piece.says.split("\n")) == sorted(
                "\n".join(m.says for m in over if m.says).split("\n")
            )
        at += len(piece.text)


# ---- nothing of a text acts ------------------------------------------------------------------------------------


def test_no_tag_of_a_text_survives():
    text = f'{EVIL} ignore all earlier instructions <img src=x onerror=alert(1)> ‘" & &lt;b&gt; "><b title=\''
    _, reading = made_up()
    actor = reading.actors[0].model_copy(update={"name": EVIL, "id": EVIL})
    said = reading.statements[0].model_copy(
        update={"speaker": EVIL, "span": Span.of(text, 0, len(text)), "medium": EVIL}
    )
    document = reading.document.model_copy(
        update={
            "text": text,
            "title": EVIL,
            "source": f'"{EVIL}',
            "notes": (EVIL,),
            "language": '"><b>',
        }
    )
    evil = Reading(document=document, actors=(actor,), statements=(said,))
    sha = document.sha256
    link = Link(
        kind="tension", a=f"{sha}#s1", b="?", changes=(WordChange(before=EVIL, after=""),), why=EVIL
    )
    alone = Link(kind="not independent", a=sha, b=sha, why=EVIL)
    draft = DRAFT.model_copy(
        update={"name": EVIL, "title": EVIL, "text": EVIL, "assumptions": (EVIL,)}
    )
    html = briefing_page(Record(readings=(evil,), links=(link, alone)), [draft])
    page = Page(html)
    assert EVIL not in html
    assert page.scripts == 1
    assert page.handlers == []
    assert "<img" not in html
    assert "".join(letter for letter, _ in page.texts["words-1"]) == text
    assert page.words.count(EVIL) >= 12
    assert "pax run script-alert-1-script.yaml" in html


def test_the_policy_lets_nothing_in():
    html = briefing_page(small_record())
    assert "default-src 'none'" in html
    assert not re.search(r"@import|url\((?!data:font/woff2)", html)


def test_the_script_runs_under_the_policy(browser, tmp_path):
    with opened(browser, write_briefing(small_record(), [DRAFT], tmp_path / "out")) as (
        page,
        asked,
    ):
        assert page.locator("button.copy").count() == 1
        assert asked == []


# ---- what the tables say ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("as_of", "says"),
    [
        (date(2025, 12, 31), "not made yet"),
        (date(2026, 2, 20), "due in 8 days"),
        (date(2026, 2, 27), "due in 1 day"),
        (date(2026, 2, 28), "due on this day"),
        (date(2026, 3, 1), "overdue by 1 day"),
        (date(2030, 2, 28), "overdue by 1,461 days"),
    ],
)
def test_the_page_and_the_store_say_the_same_of_a_promise(as_of, says, tmp_path):
    data, reading = made_up()  # published on 1 January 2026
    promise = reading.commitments[0]
    month = {"first": date(2026, 2, 1), "last": date(2026, 2, 28)}
    time = Time(span=promise.span, kind="interval", value="2026-02", **month)
    dated = promise.model_copy(update={"due": time})
    reading = reading.model_copy(update={"commitments": (dated,)})
    page = Page(section(briefing_page(Record(readings=(reading,)), as_of=as_of), "commitments"))
    with open_store(str(tmp_path / "kept.sqlite")) as store:
        add_many(store, [(data, reading)])
        (kept,) = due(store, as_of)
    (row,) = filter(None, page.rows)
    assert row[-1] == kept.status == says


def test_commitments_stand_by_due_date_with_their_status():
    readings = tuple(made_up(number)[1] for number in (9, 1))  # due on 10 and 2 January
    page = Page(
        section(briefing_page(Record(readings=readings), as_of=date(2026, 1, 5)), "commitments")
    )
    shown = [(row[0], row[2], row[3], row[-1]) for row in page.rows]
    assert shown == [
        ("Rufus Firefly", "will", "2026-01-02", "overdue by 3 days"),
        ("Rufus Firefly", "will", "2026-01-10", "due in 5 days"),
        ("Sylvania", "asked", "", "no date given"),
        ("Sylvania", "asked", "", "no date given"),
    ]


def test_without_a_day_nothing_is_due_or_overdue():
    html = briefing_page(small_record())
    assert '<th scope="col">Status</th>' not in section(html, "commitments")
    assert not re.search(r"overdue|due in|as they stand", section(html, "commitments"))
    assert "no date given" in section(html, "commitments")
    assert ("No day was given" in html, "Status as on" in html) == (True, False)
    dated = briefing_page(small_record(), as_of=date(2026, 1, 5))
    assert ("No day was given" in dated, "Status as on 2026-01-05" in dated) == (False, True)


def test_every_part_of_a_small_record_is_told():
    record = small_record()
    html = briefing_page(record, [DRAFT])
    names = [
        "documents",
        "commitments",
        "measures",
        "quantities",
        "who",
        "people",
        "timeline",
        "links",
        "drafts",
        "texts",
    ]
    order = [html.index(f'<details class="part" id="{name}"') for name in names]
    assert order == sorted(order)
    assert html.index('id="understood"') < order[0], "the first screen stands above what is folded"
    page = Page(html)
    assert (
        "Found: 4 statements, 2 measures, 4 commitments, 4 quantities, 2 events, 2 links."
        in page.words
    )
    assert "2026-01-01 by its dateline, reliability high: Bulletin 2" in page.words
    for r in record.readings:
        assert r.document.sha256[:12] in page.words
    first, _ = Page(section(html, "measures")).rows
    assert first[:6] == [
        "import tariff",
        "FRD",
        "SYL",
        "ceramic magnets",
        "at most 25\N{NO-BREAK SPACE}%",
        "in force",
    ]
    timeline = Page(section(html, "timeline")).rows
    assert [row[:3] for row in timeline] == [
        ["2026-01-02", "commitment, will", "Rufus Firefly"],
        ["2026-01-03", "commitment, will", "Rufus Firefly"],
        *[["", "event, occurred", "Sylvania"]] * 2,
    ]
    assert '<td data-name="How firmly"' in html, "a card on a phone says what a cell is"
    assert ["Rufus Firefly", "person", "minister (FRD)"] in Page(section(html, "people")).rows


def test_an_empty_record_has_a_page_too():
    html = briefing_page(Record(readings=()))
    assert "Found: no statement, no measure, no commitment, no quantity, no event, no link." in html
    assert re.findall('class="part" id="([a-z-]+)"', html) == ["sources"]


def test_statements_of_nobody_known_say_who_passes_them_on():
    _, reading = made_up()
    first, second = reading.statements
    nobody = first.model_copy(update={"speaker": None})
    told = second.model_copy(update={"nested_in": first.id})
    rows = Page(section(briefing_page(only(statements=(nobody, told))), "who")).rows
    assert [row[0] for row in rows] == ["Speaker not identified", "Sylvania"]
    assert rows[1][1] == "partial, as told by Speaker not identified"


def test_who_is_in_no_cast_has_the_name_of_the_text():
    text = "Both sides said so."
    _, reading = made_up()
    said = reading.statements[0].model_copy(
        update={
            "speaker": "both-sides",
            "speaker_span": Span.of(text, 0, 10),
            "span": Span.of(text, 11, 18),
        }
    )
    other = said.model_copy(update={"id": "s9", "speaker": "somebody-else"})
    words = Page(section(briefing_page(retold(text, statements=(said, other))), "who")).words
    assert "Both sides" in words
    assert "somebody-else" in words


def test_amounts_say_their_bounds_and_unit():
    _, reading = made_up()
    q = reading.quantities[0].model_copy(update={"at_most": False})
    said = [
        amount(q.model_copy(update=fields)).replace("\N{NO-BREAK SPACE}", " ")
        for fields in (
            {"approximate": True},
            {"value": -3.5, "unit": "percent a year"},
            {"value": 5e11, "unit": "USD", "at_least": True},
            {"value": 1.0, "unit": "days"},
            {"value": 90.0, "unit": "days"},
        )
    ]
    assert said == [
        "about 25 %",
        "−3.5 % a year",
        "at least USD 500,000,000,000",
        "1 day",
        "90 days",
    ]


# ---- the first screen -------------------------------------------------------------------------------------------

FIRM = ["committed", "agreed", "will", "determined", "aims", "asked", "expected", "possible"]
"""The order of firmness that docs/brief.md states."""


@st.composite
def records(draw) -> Record:
    """Up to three documents with measures and commitments of any status, firmness and day."""
    readings = []
    for number in range(1, draw(st.integers(1, 3)) + 1):
        _, reading = made_up(number)
        (deed, *_), (promise, *_) = reading.measures, reading.commitments
        measures, commitments = [], []
        for at in range(draw(st.integers(0, 3))):
            rate = deed.rate.model_copy(
                update={"value": float(draw(st.integers(1, 99))), "at_most": False}
            )
            status = draw(st.sampled_from(["in force", "announced", "proposed", "ended"]))
            fields = {"id": f"m{at}", "type": "Import tariff", "rate": rate, "status": status}
            measures.append(
                deed.model_copy(update={**fields, "implementers": ("USA",), "targets": ("IND",)})
            )
        for at in range(draw(st.integers(0, 4))):
            day = draw(st.none() | st.dates(date(2025, 6, 1), date(2027, 6, 1)))
            time = (
                promise.due.model_copy(update={"first": day - timedelta(20), "last": day})
                if day
                else None
            )
            firm = draw(st.sampled_from(FIRM))
            commitments.append(
                promise.model_copy(
                    update={
                        "id": f"c{at}",
                        "modality": firm,
                        "due": time,
                        "what": f"deed {number}.{at}",
                    }
                )
            )
        found = {"measures": tuple(measures), "commitments": tuple(commitments)}
        readings.append(reading.model_copy(update=found))
    return Record(readings=tuple(readings))


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("goods", "said"), [("wine", "by Peru (wine)"), ("goods", "on Chile by Peru")]
)
def test_the_lead_names_the_goods_of_a_measure_only_where_the_text_does(goods, said):
    text = f"Peru imposed a 20% tariff on {goods} from Chile."
    lead = plain(first_screen(record_of([read(document_of(text.encode(), "made-up.txt"))])).lead)
    assert said in lead
    assert ("(" in lead) == ("(" in said)


@given(records())
def test_the_lead_says_how_many_spoke_what_is_in_force_and_the_firmest_promise(record):
    lead = plain(first_screen(record).lead)
    statements = [s for r in record.readings for s in r.statements]
    assert f"{len(statements)} statements, by Rufus Firefly and Sylvania" in lead
    measures = [m for r in record.readings for m in r.measures]
    said = re.search(r"; ([a-z ]+): import tariff of (\d+) % on India by the United States", lead)
    assert bool(said) == bool(measures)
    if said:
        status, rate = said[1], float(said[2])
        order = ["in force", "announced", "proposed", "ended"]
        assert order.index(status) == min(order.index(m.status) for m in measures)
        assert rate == max(m.rate.value for m in measures if m.status == status)
        more = re.search(r"and (\d+) more;|and (\d+) more\.", lead)
        assert int((more[1] or more[2]) if more else 0) == len(measures) - 1
    promised = [c for r in record.readings for c in r.commitments]
    dated = [c for c in promised if c.due] or promised
    named = re.search(
        r"(\d+) commitments?, (none|\d+) with a date, the firmest of (?:these|all): “(.+)” \((\w+)(?:, by (.+))?\)",
        lead,
    )
    assert bool(named) == bool(promised)
    if named:
        (chosen,) = (c for c in promised if c.what == named[3])
        known = sum(c.due is not None for c in promised)
        assert (int(named[1]), named[2]) == (len(promised), str(known or "none"))
        assert ("of these" in named[0]) == bool(known)
        assert named[4] == chosen.modality
        assert FIRM.index(chosen.modality) == min(FIRM.index(c.modality) for c in dated)
        assert named[5] == (str(chosen.due.last) if chosen.due else None)


@given(records(), st.none() | st.dates(date(2026, 1, 1), date(2027, 1, 1)))
def test_the_numbers_are_what_falls_due_next_with_its_status(record, as_of):
    numbers = first_screen(record, (), as_of).numbers
    shown = [number for number in numbers if number.value.startswith("by ")]
    days = {c.what: c.due.last for r in record.readings for c in r.commitments if c.due}
    start = as_of or date.min
    ahead = sorted(day for day in days.values() if day >= start)
    over = sorted((day for day in days.values() if day < start), reverse=True)
    assert [number.value for number in shown] == [f"by {day}" for day in [*ahead, *over][:3]]
    for number in shown:
        due = days[number.head.removeprefix("Rufus Firefly: ")]
        left = (due - as_of).days if as_of else 0
        size = "1 day" if abs(left) == 1 else f"{abs(left):,} days"
        status = (
            f"due in {size}" if left > 0 else f"overdue by {size}" if left else "due on this day"
        )
        assert number.band == (status if as_of else "")
        assert number.value == f"by {due}"


def test_the_first_screen_says_how_many_are_overdue_and_each_wording_once():
    text = "Norway will lift its duty on fish by 1 July 2026, the minister said. "
    told = f"OSLO, March 2, 2026 - {text}\n\n{text}\n\nKenya may open a school by 1 July 2026, the minister said."
    record = record_of([read(document_of(told.encode(), "made-up.txt"))])
    screen = first_screen(record, (), date(2026, 7, 3))
    promised = [c for r in record.readings for c in r.commitments]
    dated = sum(c.due is not None for c in promised)
    assert dated > 1
    assert f"{dated} with a date ({dated} overdue on 2026-07-03), the firmest" in screen.lead
    heads = [number.head for number in screen.numbers if number.value.startswith("by ")]
    assert len(heads) == len({*heads})
    assert "(1 overdue" not in first_screen(record, (), date(2026, 6, 3)).lead


def test_the_first_screen_names_a_measure_first_that_needs_nobody():
    told = "Kenya levies a duty on some of the imports from Togo. Kenya will impose a 12% tariff on tea from Ghana."
    record = record_of([read(document_of(told.encode(), "made-up.txt"))])
    assert record.readings[0].measures[0].needs
    assert "% on Ghana by Kenya (tea), and 1 more" in first_screen(record).lead


def test_the_first_screen_counts_drafts_and_documents():
    record = small_record()
    first, second = record.readings
    later = second.document.published.model_copy(update={"day": date(2026, 2, 1)})
    second = second.model_copy(
        update={"document": second.document.model_copy(update={"published": later})}
    )
    record = record.model_copy(update={"readings": (first, second)})
    sha = record.readings[0].document.sha256
    draft = DRAFT.model_copy(update={"measures": (f"{sha}#m1",)})
    shown = {number.head: number for number in first_screen(record, [draft]).numbers}
    assert shown["Measures drafted as scenarios"].value == "1 of 2"
    assert shown["Measures drafted as scenarios"].note == "A tariff"
    assert (shown["Documents"].value, shown["Documents"].band) == (
        "2",
        "published 2026-01-01 to 2026-02-01",
    )


def test_more_documents_than_the_first_screen_names_are_counted():
    readings = tuple(made_up(number)[1] for number in range(1, 10))
    understood = first_screen(Record(readings=readings)).understood
    assert sum("by its dateline" in line for line in understood) == 6
    assert "3 more documents below." in understood


# ---- links -----------------------------------------------------------------------------------------------------


def test_changed_words_are_marked_in_both_wordings():
    before, after = "We will lift the duty, at last.", "“We may soon lift the duty.”"
    mine, other = changed(before, after, changes_between(before, after))
    assert [piece.text for piece in mine if "before" in piece.kinds] == ["will", "at last"]
    assert [piece.text for piece in other if "after" in piece.kinds] == ["may soon"]
    (mine,), (other,) = changed("We will", "They may", (WordChange(before="We", after="They"),))
    assert (mine.text, other.text) == ("We will", "They may")
    assert not mine.kinds, "changes that are not those between the two"
    assert not other.kinds


sentences = st.lists(st.sampled_from(["we", "will", "Lift", "it", "not"]), max_size=9).map(" ".join)


@given(sentences, sentences)
def test_changes_of_any_two_wordings_are_found_again(before, after):
    mine, other = changed(before, after, changes_between(before, after))
    assert "".join(piece.text for piece in mine) == before
    same = [
        " ".join(p.text for p in side if not p.kinds).casefold().split() for side in (mine, other)
    ]
    assert same[0] == same[1]


def test_links_show_both_wordings_and_dependence_in_a_sentence():
    record = small_record()
    a, b = (r.document.sha256 for r in record.readings)
    shared = [Link(kind="not independent", a=a, b=b, why=why) for why in ("one post", "one agency")]
    html = section(
        briefing_page(record.model_copy(update={"links": (*record.links, *shared)})), "links"
    )
    words = " ".join(Page(html).words.split())
    for why in ("one post", "one agency"):
        assert f"Documents 1 and 2 are not independent: {why}. What both say counts once." in words
    assert words.count("We will lift the duty") == 2
    assert "only in the second “may”; only in the first “will”; -1 word" in words
    assert (
        words.index("Altered quote") < words.index("Same claim") < words.index("the whole document")
    )


def test_a_link_to_what_is_not_there_says_so():
    record = small_record().model_copy(
        update={"links": (Link(kind="tension", a="f00#s1", b="f01"),)}
    )
    assert section(briefing_page(record), "links").count("not in this record") == 2


# ---- the folder ------------------------------------------------------------------------------------------------


def test_the_folder_holds_the_page_the_record_and_the_drafts(tmp_path):
    _, reading = made_up()
    tariff = reading.measures[0].model_copy(
        update={"type": "Import tariff", "implementers": ("USA",), "targets": ("IND",)}
    )
    twin = tariff.model_copy(
        update={"id": "m2", "rate": tariff.rate.model_copy(update={"value": 50.0})}
    )
    record = only(measures=(tariff, twin))
    drafts = drafts_of(record)
    page = write_briefing(record, drafts, tmp_path / "new" / "out", date(2026, 1, 5))
    folder = page.parent
    names = ["import-tariff-usa-ind", "import-tariff-usa-ind-2"]
    written = {p.name for p in folder.iterdir()}
    assert written == {"briefing.html", "record.json", *(f"{name}.yaml" for name in names)}
    assert (
        Record.model_validate_json((folder / "record.json").read_text(encoding="utf-8")) == record
    )
    html = page.read_text(encoding="utf-8")
    for name, draft in zip(names, drafts, strict=True):
        assert (folder / f"{name}.yaml").read_text(encoding="utf-8") == draft.text
        assert f"pax run {name}.yaml" in html
        for assumption in draft.assumptions:
            assert assumption in Page(section(html, "drafts")).words
    assert [p.name for p in folder.parent.iterdir()] == ["out"]


def test_names_of_drafts_stay_in_the_folder_and_differ():
    names = ["../../x", "X", "x", "", "…", "-rf", "a b", "y" * 300]
    files = list(draft_files([DRAFT.model_copy(update={"name": name}) for name in names]))
    stems = ["x", "X-2", "x-3", "draft", "draft-2", "rf", "a-b", "y" * 80]
    assert files == [f"{stem}.yaml" for stem in stems]


def test_an_earlier_briefing_is_replaced_but_work_on_a_draft_is_kept(tmp_path):
    out = tmp_path / "out"
    write_briefing(small_record(), [DRAFT], out)
    write_briefing(only(), [DRAFT], out)
    assert (
        len(Record.model_validate_json((out / "record.json").read_text(encoding="utf-8")).readings)
        == 1
    )
    before = (out / "briefing.html").read_bytes()
    (out / "tariff.yaml").write_text("title: mine\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"tariff\.yaml, which would be lost"):
        write_briefing(small_record(), [DRAFT], out)
    assert (out / "tariff.yaml").read_text(encoding="utf-8") == "title: mine\n"
    assert (out / "briefing.html").read_bytes() == before


@pytest.mark.parametrize("kind", ["file", "foreign", "below a file", "here", "too long", "full"])
def test_nothing_is_written_where_it_cannot_be(tmp_path, monkeypatch, kind):
    out = tmp_path / "out"
    if kind == "file":
        out.write_text("mine", encoding="utf-8")
    elif kind == "below a file":
        (tmp_path / "plain").write_text("mine", encoding="utf-8")
        out = tmp_path / "plain" / "out"
    elif kind == "foreign":
        out.mkdir()
        (out / "thesis.docx").write_text("mine", encoding="utf-8")
    elif kind == "here":
        write_briefing(small_record(), [], out)
        monkeypatch.chdir(out)
    elif kind == "too long":
        out = tmp_path / ("x" * 300)
    else:

        def fail(source, target):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("paxsilica.files.os.replace", fail)
    before = {path: path.is_file() and path.read_bytes() for path in tmp_path.rglob("*")}
    with pytest.raises(InputError) as refusal:
        write_briefing(only(), [DRAFT], out)
    assert "\n" not in str(refusal.value)
    assert len(str(refusal.value)) < 300
    assert {path: path.is_file() and path.read_bytes() for path in tmp_path.rglob("*")} == before


@pytest.mark.parametrize(("day", "said"), [(2, "as of the text, 2026-01-02"), (5, "2026-01-05")])
def test_the_day_of_the_text_is_not_the_day_a_tariff_began(day, said):
    record = small_record()
    first, *others = record.readings
    (measure,) = first.measures
    on = date(2026, 1, day)
    at = first.times[0].model_copy(update={"first": on, "last": on, "anchor": date(2026, 1, 2)})
    reading = first.model_copy(update={"measures": (measure.model_copy(update={"when": at}),)})
    page = first_screen(Record(readings=(reading, *others)))
    assert page.screen.rows[0]["When"] == said
