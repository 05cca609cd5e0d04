"""How duties stack, on rows made by hand: every expected rate is worked out beside it."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from law_tools import book_of, entry, rows

from paxsilica.policy.law.book import Book
from paxsilica.policy.law.duties import beyond_mfn
from paxsilica.policy.law.tables import Flows, column, customs_lines, on_list, table

CAR, SHIRT, COIL, SHELF = "8703230140", "6109100012", "7208370060", "9403200050"
CAR_MFN, SHIRT_MFN = 0.025, 0.165
"""As the tariff schedule has them; coils of steel are free."""

DAY = date(2025, 9, 1)


def charged(flows: Flows, book: Book, day: date = DAY) -> list[float]:
    return [round(float(rate), 6) for rate in beyond_mfn(flows, book, day)]


def test_a_good_of_section_232_pays_no_reciprocal_duty() -> None:
    book = book_of(
        [
            entry("reciprocal", "reciprocal", rates={"ALL": 10}),
            entry("autos", "232-autos", rates={"ALL": 25}, goods=["cars"]),
        ],
        cars=("8703",),
    )
    assert charged(rows((CAR, "JPN"), (SHIRT, "JPN")), book) == [0.25, 0.10]


def test_programmes_that_no_duty_of_232_replaces_add_up() -> None:
    book = book_of(
        [
            entry("reciprocal", "reciprocal", rates={"ALL": 10}),
            entry("fentanyl", "fentanyl-china", rates={"CHN": 20}),
            entry("metals", "232-metals", rates={"ALL": 50}, goods=["steel"], content="steel"),
        ],
        steel=("7208",),
    )
    assert charged(rows((SHIRT, "CHN"), (COIL, "CHN"), (SHIRT, "IND")), book) == [0.30, 0.70, 0.10]


def test_a_duty_on_metal_falls_on_the_metal_and_the_reciprocal_duty_on_the_rest() -> None:
    entries = [
        entry("reciprocal", "reciprocal", rates={"ALL": 10}),
        entry("metals", "232-metals", rates={"ALL": 50}, goods=["steel"], content="steel"),
    ]
    book = book_of(entries, steel=("7208", "9403"))
    share = float(table("us_lines").set_index("hs10").steel[SHELF])
    assert 0 < share < 1
    shelf, coil = charged(rows((SHELF, "IND"), (COIL, "IND")), book)
    assert shelf == pytest.approx(0.50 * share + 0.10 * (1 - share), abs=1e-6)
    assert coil == 0.50  # chapter 72 is steel as a whole
    whole = book_of(entries, reads=(), steel=("7208", "9403"))
    assert charged(rows((SHELF, "IND")), whole) == [0.50]


def test_a_good_on_two_lists_of_232_pays_the_first_in_precedence() -> None:
    entries = [
        entry("metals", "232-metals", rates={"ALL": 50}, goods=["cars"]),
        entry("autos", "232-autos", rates={"ALL": 25}, goods=["cars"]),
    ]
    assert charged(rows((CAR, "JPN")), book_of(entries, cars=("8703",))) == [0.25]


def test_a_ceiling_includes_mfn() -> None:
    book = book_of(
        [entry("ceiling", "reciprocal", rates={"JPN": 15, "KOR": 15, "ALL": 10}, ceiling=True)]
    )
    car, shirt = charged(rows((CAR, "JPN"), (SHIRT, "JPN")), book)
    assert car == pytest.approx(0.15 - CAR_MFN, abs=1e-3)  # less what enters free of MFN
    assert shirt == pytest.approx(0.0, abs=1e-3)  # MFN of 16.5 is above 15
    assert CAR_MFN + car <= 0.15 + 1e-3


def test_trade_under_the_usmca_is_free_by_its_share_in_the_month() -> None:
    shares = table("us_usmca").set_index(["partner", "hs10"])
    book = book_of([entry("fentanyl", "fentanyl", rates={"CAN": 25}, usmca=1)])
    flows = rows(("2709001000", "CAN"), (SHIRT, "IND"))
    for month in ("2025-03", "2025-11"):
        share = shares.loc[("CAN", "2709001000"), month] / 1000
        day = date.fromisoformat(f"{month}-20")
        assert charged(flows, book, day) == [round(0.25 * (1 - share), 6), 0.0]
    last = shares.loc[("CAN", "2709001000"), "2026-02"] / 1000
    assert charged(flows, book, date(2026, 8, 1))[0] == round(0.25 * (1 - last), 6)


def test_the_special_goes_before_the_general_and_the_later_before_the_earlier() -> None:
    book = book_of(
        [
            entry("listed", "reciprocal", rates={"IND": 5}, goods=["shirts"]),
            entry("first", "reciprocal", rates={"ALL": 10}),
            entry("second", "reciprocal", rates={"IND": 25}, from_=date(2025, 8, 7)),
        ],
        shirts=("6109",),
    )
    flows = rows((SHIRT, "IND"), (CAR, "IND"), (CAR, "JPN"))
    assert charged(flows, book, date(2025, 8, 6)) == [0.05, 0.10, 0.10]
    assert charged(flows, book, date(2025, 8, 7)) == [0.05, 0.25, 0.10]


def test_an_entry_is_in_force_from_its_first_day_until_the_day_before_its_end() -> None:
    book = book_of([entry("one", "reciprocal", rates={"ALL": 10}, until=date(2026, 2, 20))])
    days = [date(2025, 1, 31), date(2025, 2, 1), date(2026, 2, 19), date(2026, 2, 20)]
    assert [charged(rows((CAR, "JPN")), book, day)[0] for day in days] == [0, 0.1, 0.1, 0]


def test_an_exemption_frees_its_goods_and_partners_of_the_programmes_it_names() -> None:
    book = book_of(
        [
            entry("reciprocal", "reciprocal", rates={"ALL": 10}),
            entry("country", "country-order", rates={"BRA": 40}),
            entry("list", exempts=["country-order"], goods=["shirts"], partners=["BRA"]),
            entry("all", exempts=["reciprocal"], goods=["cars"]),
        ],
        shirts=("6109",),
        cars=("8703",),
    )
    flows = rows((SHIRT, "BRA"), (CAR, "BRA"), (SHIRT, "IND"), (CAR, "IND"))
    assert charged(flows, book) == [0.10, 0.40, 0.10, 0.0]
    assert charged(flows, book_of(book.entries, reads=(), shirts=("6109",), cars=("8703",))) == [
        0.50,
        0.50,
        0.10,
        0.10,
    ]


def test_a_duty_that_leaves_232_goods_out_falls_on_none_of_their_value() -> None:
    book = book_of(
        [
            entry("labour", "section-301", rates={"ALL": 12.5}, leaves_out_232=True),
            entry("metals", "232-metals", rates={"ALL": 50}, goods=["steel"], content="steel"),
        ],
        steel=("9403",),
    )
    share = float(table("us_lines").set_index("hs10").steel[SHELF])
    found = charged(rows((SHELF, "IND"), (SHIRT, "IND")), book)
    assert found == [pytest.approx(0.50 * share, abs=1e-6), 0.125]


def test_goods_taken_out_of_232_pay_the_reciprocal_duty_again() -> None:
    entries = [
        entry("reciprocal", "reciprocal", rates={"ALL": 10}),
        entry("metals", "232-metals", rates={"ALL": 50}, goods=["steel"]),
    ]
    out = entry("out", goods=["shelves"], cancels_232=["232-metals"], from_=date(2025, 9, 1))
    book = book_of([*entries, out], steel=("9403",), shelves=(SHELF,))
    assert charged(rows((SHELF, "IND")), book, date(2025, 8, 31)) == [0.50]
    assert charged(rows((SHELF, "IND")), book, date(2025, 9, 1)) == [0.10]


def test_members_of_the_union_have_its_rate_and_a_partner_that_is_not_named_none() -> None:
    book = book_of([entry("union", "reciprocal", rates={"EU": 15, "IND": 0})])
    flows = rows((CAR, "DEU"), (CAR, "EU"), (CAR, "IND"), (CAR, "JPN"))
    assert charged(flows, book) == [0.15, 0.15, 0.0, 0.0]


def test_codes_match_as_prefixes_and_ten_digits_as_written_only_where_asked() -> None:
    text = np.array([f"{code:010d}" for code in customs_lines().tolist()])
    for codes in (("87",), ("8703", "610910"), ("87032301",), ("8703230140",)):
        wanted = np.array([code.startswith(codes) for code in text.tolist()])
        assert np.array_equal(on_list(codes), wanted)
    eight = np.array([code.startswith("87032301") for code in text.tolist()])
    assert eight.sum() > 1
    assert np.array_equal(on_list(("8703230100",)), eight)
    assert not on_list(("8703230100",), as_written=True).any()


def test_chapters_72_73_and_76_are_metal_as_a_whole() -> None:
    chapter = customs_lines() // 10**8
    assert (column("steel")[np.isin(chapter, [72, 73])] == 1).all()
    assert (column("aluminium")[chapter == 76] == 1).all()
    for metal in ("steel", "aluminium", "copper"):
        assert ((column(metal) >= 0) & (column(metal) <= 1)).all()
