"""Time expressions: against a calendar for every written form, and against TIMEX3 practice for the relative ones."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paxsilica.brief.days import shift
from paxsilica.brief.record import Time
from paxsilica.brief.times import times_of

FRIDAY = date(2026, 1, 16)
DAYS = st.dates(date(1600, 1, 1), date(2199, 12, 31))
FORMS = (
    "{month} {day}, {year}",
    "{day} {month} {year}",
    "the {day}{th} of {month}, {year}",
    "{weekday}, {month} {day}, {year}",
    "{short} {day}, {year}",
    "{iso}",
)


def th(day: int) -> str:
    return "th" if 10 < day < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def written(form: str, day: date) -> str:
    month = calendar.month_name[day.month]
    short = month if len(month) < 5 else month[:3] + "."
    weekday = calendar.day_name[day.weekday()]
    return form.format(
        month=month,
        short=short,
        day=day.day,
        th=th(day.day),
        year=day.year,
        weekday=weekday,
        iso=day.isoformat(),
    )


def only(text: str, anchor: date | None = FRIDAY) -> Time:
    times = times_of(text, anchor)
    assert len(times) == 1, times
    return times[0]


@pytest.mark.parametrize("form", FORMS)
@given(day=DAYS)
@settings(max_examples=40, deadline=None)
def test_a_full_date_is_its_day_whatever_the_anchor(form: str, day: date) -> None:
    words = written(form, day)
    for anchor in (None, FRIDAY):
        time = only(f"The ministers met on {words} in Delhi.", anchor)
        assert (time.span.exact, time.kind, time.first, time.last) == (words, "date", day, day)
        assert time.value == day.isoformat()


@pytest.mark.parametrize(
    "words",
    [
        "3. März 2026",
        "3 mars 2026",
        "3 de marzo de 2026",
        "3 marzo 2026",
        "3 de março de 2026",
        "2026年3月3日",
        "2026년 3월 3일",
    ],
)
def test_a_full_date_in_another_language_is_its_day(words: str) -> None:
    time = only(f"— {words}。")
    assert (time.span.exact, time.value) == (words, "2026-03-03")


def test_a_month_in_japanese_or_a_day_that_is_none() -> None:
    assert only("2026年3月の").last == date(2026, 3, 31)
    found = times_of("2026年13月3日, 31. Februar 1999", FRIDAY)
    assert [time.value for time in found] == ["2026", "1999"], "no such days: the years alone"


@given(day=DAYS.filter(lambda day: (day.month, day.day) != (2, 29)), apart=st.integers(-180, 180))
@settings(max_examples=60, deadline=None)
def test_a_day_and_month_is_the_nearest(day: date, apart: int) -> None:
    words = f"{calendar.month_name[day.month]} {day.day}"
    assert only(f"They met on {words}.", day + timedelta(apart)).first == day


@given(anchor=DAYS, n=st.integers(0, 6))
@settings(max_examples=60, deadline=None)
def test_weekdays_fall_on_themselves(anchor: date, n: int) -> None:
    name = calendar.day_name[n]
    found = {
        words: only(f"{words} {name}.", anchor).first
        for words in ("They met on", "They will meet on", "They met last", "They meet next")
    }
    assert {day.weekday() for day in found.values() if day} == {n}
    gaps = [(day - anchor).days for day in found.values() if day]
    assert -7 < gaps[0] <= 0 <= gaps[1] < 7
    assert -7 <= gaps[2] < 0 < gaps[3] <= 7


@given(year=st.integers(1900, 2099), day=st.integers(28, 99), month=st.integers(1, 12))
def test_days_that_no_month_has_are_no_dates(year: int, day: int, month: int) -> None:
    possible = day <= calendar.monthrange(year, month)[1]
    for text in (f"on {year}-{month:02}-{day}", f"on {calendar.month_name[month]} {day}, {year}"):
        assert any(t.first == t.last and t.first for t in times_of(text, FRIDAY)) == possible


@pytest.mark.parametrize(
    ("words", "kind", "value", "first", "last"),
    [
        ("today", "date", "2026-01-16", "2026-01-16", "2026-01-16"),
        ("tonight", "date", "2026-01-16", "2026-01-16", "2026-01-16"),
        ("yesterday", "date", "2026-01-15", "2026-01-15", "2026-01-15"),
        ("tomorrow", "date", "2026-01-17", "2026-01-17", "2026-01-17"),
        ("last week", "date", "2026-W02", "2026-01-05", "2026-01-11"),
        ("this week", "date", "2026-W03", "2026-01-12", "2026-01-18"),
        ("next month", "date", "2026-02", "2026-02-01", "2026-02-28"),
        ("last year", "date", "2025", "2025-01-01", "2025-12-31"),
        ("last quarter", "date", "2025-Q4", "2025-10-01", "2025-12-31"),
        ("three weeks ago", "date", "2025-W52", "2025-12-22", "2025-12-28"),
        ("ten years ago", "date", "2016", "2016-01-01", "2016-12-31"),
        ("March 2025", "date", "2025-03", "2025-03-01", "2025-03-31"),
        ("last February", "date", "2025-02", "2025-02-01", "2025-02-28"),
        ("June of last year", "date", "2025-06", "2025-06-01", "2025-06-30"),
        ("fall 2025", "date", "2025-FA", "2025-09-01", "2025-11-30"),
        ("this autumn", "date", "2026-FA", "2026-09-01", "2026-11-30"),
        ("winter 2024", "date", "2024-WI", "2024-12-01", "2025-02-28"),
        ("the 1990s", "date", "199", "1990-01-01", "1999-12-31"),
        ("FY2024-25", "date", "FY2024-25", "2024-04-01", "2025-03-31"),
        ("2024–25", "date", "FY2024-25", "2024-04-01", "2025-03-31"),
        ("1999-00", "date", "FY1999-00", "1999-04-01", "2000-03-31"),
        ("2024-2025", "interval", "2024/2025", "2024-01-01", "2025-12-31"),
        ("FY25", "date", "FY2025", None, None),
        ("Q1 2026", "date", "2026-Q1", "2026-01-01", "2026-03-31"),
        ("the second quarter of 2026", "date", "2026-Q2", "2026-04-01", "2026-06-30"),
        ("the second half of last year", "date", "2025-H2", "2025-07-01", "2025-12-31"),
        ("10-15 January 2026", "interval", "2026-01-10/2026-01-15", "2026-01-10", "2026-01-15"),
        ("the past three months", "interval", "P3M", "2025-10-16", "2026-01-16"),
        ("the next 90 days", "interval", "P90D", "2026-01-16", "2026-04-16"),
        ("two-day", "duration", "P2D", None, None),
        ("twenty-five years", "duration", "P25Y", None, None),
        ("several weeks", "duration", "PXW", None, None),
        ("weekly", "set", "R/P1W", None, None),
        ("every two years", "set", "R/P2Y", None, None),
        ("Mondays", "set", "R/P1W", None, None),
        ("currently", "vague", "PRESENT_REF", "2026-01-16", "2026-01-16"),
        ("recently", "vague", "PAST_REF", None, None),
        ("soon", "vague", "FUTURE_REF", None, None),
        ("earlier this year", "vague", "PAST_REF", "2026-01-01", "2026-01-16"),
        ("later this month", "vague", "FUTURE_REF", "2026-01-16", "2026-01-31"),
    ],
)
def test_the_forms(words: str, kind: str, value: str, first: str | None, last: str | None) -> None:
    time = only(f"The group met in {words}, it was said.")
    assert (time.span.exact, time.kind, time.value) == (words, kind, value)
    assert tuple(day and day.isoformat() for day in (time.first, time.last)) == (first, last)
    assert time.anchor == FRIDAY


@pytest.mark.parametrize(
    "text",
    [
        "A levy under Section 232 and Section 301 hit 1,950 people.",
        "Article 2030 of the code, and room 2017.",
        "A bill of $2000 and €1999.",
        "He may march on; the fall of the wall; spring water.",
        "A man, 45 years old, and a 45-year-old woman.",
        "They surveyed 2000 voters.",
        "It costs $5 a day.",
        "USA Today has 2025% more.",
        "He was in his 20s.",
        "Read /2026-01-13/img.webp and @a2026.",
    ],
)
def test_what_is_no_time(text: str) -> None:
    assert times_of(text, FRIDAY) == ()


def test_the_preposition_is_outside_and_since_runs_to_the_anchor() -> None:
    time = only("They have talked since February last year.")
    assert (time.span.exact, time.kind, time.first, time.last) == (
        "February last year",
        "interval",
        date(2025, 2, 1),
        FRIDAY,
    )
    assert only("They have talked since June 3.").first == date(2025, 6, 3)
    assert only("Earlier on Monday, they met.").span.exact == "Monday"


def test_the_verb_says_which_weekday_is_meant() -> None:
    told = times_of("The envoy will arrive on Tuesday, he said on Tuesday.", FRIDAY)
    assert [time.first for time in told] == [date(2026, 1, 20), date(2026, 1, 13)]
    assert only("It must be signed by Tuesday.").first == date(2026, 1, 20)


def test_the_verb_says_which_month_is_meant() -> None:
    assert only("Duties imposed in March were high.").value == "2025-03"
    assert only("The envoy will return in March.").value == "2026-03"
    assert only("The envoy will return in November.", date(2026, 12, 1)).value == "2027-11"


@given(anchor=DAYS, n=st.integers(1, 40))
@settings(max_examples=40, deadline=None)
def test_counting_from_another_day(anchor: date, n: int) -> None:
    day = date(2024, 2, 20)
    after = times_of(f"It came {n} days after the U.S. envoy arrived on 20 February 2024.", anchor)
    assert after[0].first == after[0].last == day + timedelta(n)
    later = times_of(f"He arrived on 20 February 2024. He left {n} days later.", anchor)
    assert later[1].first == day + timedelta(n)
    assert only("It came two days after the vote.", anchor).value == "P2D"


def test_a_post_has_a_day_of_its_own() -> None:
    text = "They met on Friday. We meet next month. They meet next month."
    post = (20, 40, date(2025, 11, 30))
    assert [time.value for time in times_of(text, FRIDAY, anchors=[post])] == [
        "2026-01-16",
        "2025-12",
        "2026-02",
    ]


def test_without_an_anchor_relative_times_are_vague() -> None:
    found = times_of("On Tuesday, on May 5, next month, yesterday, and in 2025.", None)
    assert [(t.value, t.kind, t.first) for t in found] == [
        ("XXXX-WXX-2", "vague", None),
        ("XXXX-05-05", "vague", None),
        ("FUTURE_REF", "vague", None),
        ("PAST_REF", "vague", None),
        ("2025", "date", date(2025, 1, 1)),
    ]


def test_fiscal_years_named_by_their_end_have_days_in_texts_about_india() -> None:
    assert only("Indian exports in FY25").first == date(2024, 4, 1)
    assert only("Exports in fiscal 2025").first is None


@given(
    day=DAYS,
    n=st.integers(-500, 500),
    unit=st.sampled_from(["day", "week", "month", "quarter", "year"]),
)
def test_a_shift_and_back_is_the_day_but_for_short_months(day: date, n: int, unit: str) -> None:
    there = shift(day, n, unit)
    assert there is not None
    back = shift(there, -n, unit)
    assert back is not None
    assert back == day if unit in ("day", "week") else 0 <= (day - back).days <= 3
    assert (there > day) == (n > 0)


WORDS = (
    "January|Feb.| |13|2026|2024-25|the|of|a day|after|by|next|week|Monday|,|since|ago|9999|0001|century|last|'90s"
    "|ſept|٣|\u00a0|\n|Q1|FY|29|every"
)
PIECES = st.sampled_from(WORDS.split("|"))


@given(
    st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=60).map(" ".join)),
    st.none() | st.dates(),
)
@settings(max_examples=200, deadline=None)
def test_any_text_is_read_and_every_span_is_its_words(text: str, anchor: date | None) -> None:
    end = 0
    for time in times_of(text, anchor):
        assert end <= time.span.start < time.span.end <= len(text)
        assert text[time.span.start : time.span.end] == time.span.exact
        assert not (time.first and time.last) or time.first <= time.last
        end = time.span.end


@pytest.mark.parametrize(
    "piece", ["1 ", "a day ", "January ", "1", " ", "by the end of ", "a few a couple of ", "2024-"]
)
def test_long_monotonous_texts_end(piece: str) -> None:
    text = piece * (200_000 // len(piece))
    assert all(time.span.exact.strip() in text for time in times_of(text, FRIDAY)[:100])
