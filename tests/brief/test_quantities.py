"""Quantities: numbers as written, their units, roles, and the words around them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paxsilica.brief.quantities import quantities_of, with_points
from paxsilica.brief.record import Quantity
from paxsilica.brief.times import times_of

ANCHOR = date(2026, 1, 16)


def read(text: str) -> tuple[Quantity, ...]:
    return quantities_of(text, times_of(text, ANCHOR))


def only(text: str) -> Quantity:
    found = read(text)
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("words", "value", "unit"),
    [
        ("$500 billion", 5e11, "USD"),
        ("$65.4 billion", 65.4e9, "USD"),
        ("US$ 1.2 trillion", 1.2e12, "USD"),
        ("USD 50 million", 5e7, "USD"),
        ("500 billion dollars", 5e11, "USD"),
        ("half a billion dollars", 5e8, "USD"),
        ("€3bn", 3e9, "EUR"),
        ("£1,250", 1250, "GBP"),
        ("A$5m", 5e6, "AUD"),
        ("Rs 2,000 crore", 2e10, "INR"),
        ("Rs 1,00,000", 1e5, "INR"),
        ("₹5 lakh crore", 5e12, "INR"),
        ("3 lakh rupees", 3e5, "INR"),
        ("1.2 trillion yuan", 1.2e12, "CNY"),
        ("$5 a day", 5, "USD a day"),
        ("50 per cent", 50, "percent"),
        ("18 percent", 18, "percent"),
        ("25%", 25, "percent"),
        ("ten per cent", 10, "percent"),
        ("half of 1 percent", 0.5, "percent"),
        ("4.5 per cent a year", 4.5, "percent a year"),
        ("2 percentage points", 2, "percentage points"),
        ("25 basis points", 25, "basis points"),
        ("2.5 million barrels a day", 2.5e6, "barrels a day"),
        ("100,000 tonnes", 1e5, "tonnes"),
        ("10 GW", 10, "GW"),
        ("1.4 billion people", 1.4e9, "people"),
        ("3 million", 3e6, "count"),
        ("tenfold", 10, "times"),
    ],
)
def test_values_and_units(words: str, value: float, unit: str) -> None:
    found = only(f"The figure was {words}.")
    assert (found.span.exact, found.value, found.unit) == (words, value, unit)
    assert (found.approximate, found.at_least, found.at_most) == (False, False, False)


PERCENTAGES = {
    "twelve and a half per cent": 12.5,
    "Seventeen and one half percent": 17.5,
    "two-and-a-half per cent": 2.5,
    "12 and a half per cent": 12.5,
    "thirty-three and a third percent": 33 + 1 / 3,
    "six and three-quarters per cent": 6.75,
    "18 and 1/4 %": 18.25,
    "seven point five percent": 7.5,
    "zero point two five per cent": 0.25,
    "one-half of one percent": 0.5,
    "fifty percent": 50,
    "forty five percent": 45,
    "twenty-five-percent": 25,
    "a hundred per cent": 100,
    "one hundred and ten percent": 110,
    "one hundred ten percent": 110,
    "two hundred and forty-five per cent": 245,
    "one thousand and ten percent": 1010,
    "5 (five) per cent": 5,
    "five (5) percent": 5,
    "15 (fifteen)%": 15,
    "twelve and a half (12.5) per cent": 12.5,
    "110 (one hundred and ten) percent": 110,
    "thirty-five percent (35%)": 35,
    "25% (twenty-five per cent)": 25,
    "3½%": 3.5,
    "3 ½ %": 3.5,
    "6⅜ per cent": 6.375,
    "12 1/2 per cent": 12.5,
    "7-1/2 percent": 7.5,
    "7·5 pct": 7.5,
    "40 pct.": 40,
    "30 p.c.": 30,
    "8 p. c.": 8,
    "20 per centum": 20,
    "22.5 percent ad valorem": 22.5,
    "twenty per centum ad valorem": 20,
    "10% ad valorem": 10,
    "12,5 %": 12.5,
    "12,5 per cent": 12.5,
    "7,25%": 7.25,
    "1,250 %": 1250,
    "0.8-percent": 0.8,
    "25 ％": 25,
}


@pytest.mark.parametrize("words", PERCENTAGES)
@pytest.mark.parametrize("around", ["It is {}, no less.", "Peru set {} on goods of Chile."])
def test_percentages_as_they_are_written(words: str, around: str) -> None:
    found = only(around.format(words))
    assert (found.span.exact, found.unit) == (words, "percent")
    assert found.value == pytest.approx(PERCENTAGES[words], rel=1e-12)


@pytest.mark.parametrize(
    ("words", "value", "unit"),
    [
        ("0.5pp", 0.5, "percentage points"),
        ("two and a half percentage points", 2.5, "percentage points"),
        ("2 %-points", 2, "percentage points"),
        ("3 pct points", 3, "percentage points"),
        ("50bps", 50, "basis points"),
        ("fifty basis points", 50, "basis points"),
        ("two hundred and fifty million euros", 250e6, "EUR"),
        ("one hundred thousand tonnes", 1e5, "tonnes"),
        ("one hundred and twenty days", 120, "days"),
    ],
)
def test_points_and_other_units_in_words(words: str, value: float, unit: str) -> None:
    found = only(f"Peru set {words} there.")
    assert (found.span.exact, found.value, found.unit) == (words, value, unit)


@pytest.mark.parametrize(
    ("words", "low", "high"),
    [
        ("ten to fifteen percent", 10, 15),
        ("between five and twelve and a half per cent", 5, 12.5),
        ("twenty-five to one hundred and ten percent", 25, 110),
        ("2,5-3,5 %", 2.5, 3.5),
        ("7.5–10 pct", 7.5, 10),
    ],
)
def test_ranges_of_percentages(words: str, low: float, high: float) -> None:
    found = read(f"Peru set {words} there.")
    assert [(q.value, q.at_least, q.at_most) for q in found] == [
        (low, True, False),
        (high, False, True),
    ]


@pytest.mark.parametrize(
    "words",
    [
        "a quarter of a percent",
        "three quarters of one percent",
        "sixty-odd per cent",
        "several hundred and ten percent",
        "5 (six) per cent",
        "30 (15) percent",
    ],
)
def test_what_part_of_a_percentage_is_not_read_alone(words: str) -> None:
    assert read(f"Peru set {words} there.") == ()


SMALL = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
TENS = "twenty thirty forty fifty sixty seventy eighty ninety"


@given(hundreds=st.integers(0, 9), rest=st.integers(0, 99), linked=st.booleans())
@settings(max_examples=60, deadline=None)
def test_numbers_in_words_keep_their_value(hundreds: int, rest: int, linked: bool) -> None:
    small, tens = ["", *SMALL.split()], TENS.split()
    below = small[rest] if rest < 20 else f"{tens[rest // 10 - 2]}-{small[rest % 10]}".rstrip("-")
    parts = [f"{small[hundreds]} hundred" if hundreds else "", below]
    words = (" and " if linked else " ").join(filter(None, parts)) or "zero"
    found = only(f"Peru set {words} per cent there.")
    assert (found.span.exact, found.value) == (f"{words} per cent", hundreds * 100 + rest)


@given(
    n=st.integers(0, 999_999_999),
    scale=st.sampled_from([("", 1), ("million", 10**6), ("crore", 10**7)]),
)
@settings(max_examples=60, deadline=None)
def test_digits_with_commas_keep_their_value(n: int, scale: tuple[str, int]) -> None:
    assert only(f"It spent ${n:,} {scale[0]}".rstrip() + " there.").value == n * scale[1]


@pytest.mark.parametrize(
    ("words", "which"),
    [
        ("around", "approximate"),
        ("nearly", "approximate"),
        ("some", "approximate"),
        ("at least", "at_least"),
        ("more than", "at_least"),
        ("up to", "at_most"),
        ("less than", "at_most"),
    ],
)
def test_words_before_a_number_are_outside_its_span(words: str, which: str) -> None:
    found = only(f"They bought {words} $5 billion of goods.")
    assert found.span.exact == "$5 billion"
    assert {name for name in ("approximate", "at_least", "at_most") if getattr(found, name)} == {
        which
    }


def test_a_range_is_two_bounds() -> None:
    low, high = read("Duties of 25-30% hit steel.")
    assert (low.value, low.unit, low.at_least, low.at_most) == (25, "percent", True, False)
    assert (high.value, high.unit, high.at_least, high.at_most) == (30, "percent", False, True)
    assert [q.value for q in read("It costs $5-6 billion.")] == [5e9, 6e9]
    for words in ("between 10 and 15 percent", "-2 to 3 percent"):
        low, high = read(f"Duties of {words} hit steel.")
        assert (low.at_least, high.at_most) == (True, True)
    assert [q.at_least for q in read("They pay 5 and 10 percent.")] == [False]


@pytest.mark.parametrize(
    ("words", "value", "unit"),
    [
        ("growth of -3.5 percent", -3.5, "percent"),
        ("a balance of −$5 billion", -5e9, "USD"),
        ("(-2%)", -2.0, "percent"),
        ("minus 4 percent", -4.0, "percent"),
        ("a margin of plus or minus 4 percent", 4.0, "percent"),
        ("a rate–3%", 3.0, "percent"),
        ("10.5 million Australian dollars", 10.5e6, "AUD"),
        ("50 billion Pakistani rupees", 50e9, "PKR"),
        ("3 million Hong Kong dollars", 3e6, "HKD"),
        ("7 New Zealand dollars", 7.0, "NZD"),
        ("5 billion US dollars", 5e9, "USD"),
        ("20 million Swiss francs", 20e6, "CHF"),
        ("1\u202f500 euros", 1500.0, "EUR"),
        ("15 Prozent", 15.0, "percent"),
        ("15 pour cent", 15.0, "percent"),
        ("3 millions d'euros", 3e6, "EUR"),
    ],
)
def test_signs_and_currencies(words: str, value: float, unit: str) -> None:
    found = only(f"It is {words} there.")
    assert (found.value, found.unit) == (value, unit)


@pytest.mark.parametrize(
    ("language", "words", "value"),
    [
        ("de", "1.500 Euro", 1500.0),
        ("de", "10,5 Milliarden Euro", 10.5e9),
        ("de", "1.234.567,89 Euro", 1234567.89),
        ("fr", "1 500 euros", 1500.0),
        ("en", "1.500 euros", 1.5),
        ("ja", "1,500 euros", 1500.0),
    ],
)
def test_points_and_commas_are_those_of_the_language(
    language: str, words: str, value: float
) -> None:
    (found,) = quantities_of(with_points(words, language), ())
    assert found.value == value
    assert found.span.end == len(words)


@pytest.mark.parametrize(
    ("text", "role", "of", "when"),
    [
        ("Goods pay tariffs of 40 per cent.", "rate", "tariffs", None),
        ("A 15% duty was set.", "rate", "duty", None),
        (
            "Oil, accounting for 60 per cent of Iraq's total income, fell.",
            "share",
            "Iraq's total income",
            None,
        ),
        (
            "The aim is to lift farm exports to $90 billion by 2031.",
            "target",
            "farm exports",
            "2031",
        ),
        ("In 2019-20, the bloc had trade worth $77 billion.", "level", "trade", "2019-20"),
        ("Exports rose by 5 per cent in 2024.", "growth", "Exports", "2024"),
        ("Exports rose to 5 per cent in 2024.", "level", "Exports", "2024"),
        ("Goods pay tariffs of 40 per cent, as he said on Monday.", "rate", "tariffs", None),
        ("On Monday they paid $5 billion.", "level", "", None),
        ("They sent $2 billion in aid.", "level", "aid", None),
    ],
)
def test_roles_and_what_is_counted(text: str, role: str, of: str, when: str | None) -> None:
    found = only(text)
    assert (found.role, found.of, found.when and found.when.span.exact) == (role, of, when)


@pytest.mark.parametrize(
    ("text", "exact", "value", "unit"),
    [
        ("A two-day visit.", "two-day", 2, "days"),
        ("A 90-day truce.", "90-day", 90, "days"),
        ("It came a day after Monday.", "a day", 1, "days"),
        ("It lasted for a decade.", "a decade", 10, "years"),
    ],
)
def test_lengths_of_time(text: str, exact: str, value: float, unit: str) -> None:
    for found in (only(text), *quantities_of(text, times_of(text, None))):
        assert (found.span.exact, found.value, found.unit, found.role) == (
            exact,
            value,
            unit,
            "duration",
        )


@pytest.mark.parametrize(
    "text",
    [
        "They won 5 seats in 2024 and try 5 times.",
        "Section 232 and page 12.",
        "He visited three times in January 2025.",
        "A ton of work, hundreds of them.",
        "It weighs 200 pounds.",
    ],
)
def test_what_is_no_quantity(text: str) -> None:
    assert read(text) == ()


WORDS = (
    "$|5|1,000|-|%|per cent|million|a|half|of|by 2030|two-day|rose|Rs|₹|.|crore|lakh|around|up to|dollars|US$|a year"
    "|tariffs|٣|\u00a0|\n|goal|GW|hundred|and a half|(|)|1/2|pp|twenty"
)
PIECES = st.sampled_from(WORDS.split("|"))


@given(st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=60).map(" ".join)))
@settings(max_examples=200, deadline=None)
def test_any_text_is_read_and_every_span_is_its_words(text: str) -> None:
    end = 0
    for quantity in read(text):
        assert end <= quantity.span.start < quantity.span.end <= len(text)
        assert text[quantity.span.start : quantity.span.end] == quantity.span.exact
        assert quantity.value >= 0
        end = quantity.span.end


@pytest.mark.parametrize("piece", ["1 ", "$", "1,000", "1-", "half a ", " ", "a "])
def test_long_monotonous_texts_end(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    assert all(
        quantity.span.exact in text for quantity in quantities_of(text, times_of(text, None))[:100]
    )


@pytest.mark.parametrize(
    "words", ["50 companies or more", "50 per cent or more", "$50 billion or more"]
)
def test_or_more_is_a_lower_bound(words: str) -> None:
    found = only(f"A share of {words} is needed.")
    assert (found.at_least, found.at_most) == (True, False)
