"""Alliances whose membership is dated data."""

from __future__ import annotations

from datetime import date

import pytest

from paxsilica.errors import InputError
from paxsilica.names import Names
from paxsilica.names.rosters import rosters


def test_who_an_alliance_is_and_who_is_disputed_is_told():
    members, disputed = Names(day=date(2026, 3, 1)).notes(["Pax-Silica", "EU"])
    assert (members.name, disputed.name) == ("pax-silica.members", "pax-silica.disputed")
    assert "United States (2025-12-12), " in members.text
    assert "India (2026-02-20)" in members.text
    assert "Sweden" not in members.text, "joined later"
    assert "reported to 2026-08-31" in members.text
    assert (
        "Netherlands, counted from 2025-12-17: a participant that had not signed" in disputed.text
    )
    assert "Greece" not in disputed.text
    assert (
        "who joined later is not known" in Names(day=date(2027, 1, 1)).notes(["pax-silica"])[0].text
    )
    assert len(Names(day=date(2026, 8, 31)).notes(["pax-silica"])) == 1, (
        "in with the whole Union, whoever signed when"
    )
    assert Names().notes(["EU", "IND"]) == ()
    assert len(Names().notes(["pax-silica", "PAX-SILICA"])) == 1


def test_rosters_are_dated():
    assert Names(day=date(2025, 12, 12)).countries("pax-silica") == (
        "USA",
        "JPN",
        "KOR",
        "SGP",
        "GBR",
        "ISR",
        "AUS",
    )
    for roster in rosters().values():
        joined = [member.since for member in roster.members]
        assert joined == sorted(joined), roster.name
    assert "IND" not in Names(day=date(2026, 2, 19)).countries("pax-silica")
    assert "IND" in Names(day=date(2026, 2, 20)).countries("pax-silica")
    assert len(Names().countries("pax-silica")) == 24 + 27 - len(
        {"NLD", "SWE", "FIN", "DEU", "GRC", "ITA"}
    )
    with pytest.raises(
        InputError, match="has no member on 2025-12-11; its first joined on 2025-12-12"
    ):
        Names(day=date(2025, 12, 11)).countries("pax-silica")


@pytest.mark.parametrize(
    ("written", "label"),
    [
        ("UK", "GBR"),
        ("eu", "EU"),
        ("Pax Silica", "pax-silica"),
        (("jp", "KOR"), "JPN+KOR"),
        ((), ""),
    ],
)
def test_one_label_for_all_that_was_written(written, label):
    assert Names().label(written) == label
