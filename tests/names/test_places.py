"""Places by every spelling: against ISO 3166, against themselves, and never one country for another."""

from datetime import date
from pathlib import Path
from zoneinfo import TZPATH

import pytest
from ally_worlds import allied_world
from hypothesis import given
from hypothesis import strategies as st
from names_world import world_of

from paxsilica.data import load_economy
from paxsilica.economy import Economy
from paxsilica.errors import InputError, LabelError
from paxsilica.names import Names, does
from paxsilica.names.places import (
    OTHER,
    ROW,
    country_names,
    folded,
    members_of_group,
    misprint,
    packaged_groups,
    packaged_regions,
    places,
    spellings,
)
from paxsilica.names.rosters import rosters

COUNTRIES = [place for place in places() if place.code not in (OTHER, ROW)]
UNION_DAY = date(2026, 8, 31)


@pytest.fixture(scope="module")
def world() -> Economy:
    return load_economy("icio2022")


def iso_of_the_time_zones() -> dict[str, str]:
    """ISO 3166 alpha-2 codes and names, as the time zone database lists them."""
    import tzdata

    folders = [*TZPATH, str(Path(tzdata.__file__).parent / "zoneinfo")]
    file = next(path for folder in folders if (path := Path(folder) / "iso3166.tab").exists())
    lines = file.read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines if line and not line.startswith("#"))


def test_alpha_2_codes_are_those_of_iso_3166() -> None:
    known = iso_of_the_time_zones()
    ours = {place.iso2[0]: place for place in COUNTRIES}
    assert set(ours) - {"XK"} == set(known), "Kosovo alone has a code that ISO does not give"
    same = [
        code for code, name in known.items() if spellings().get(folded(name)) == ours[code].code
    ]
    assert len(same) > 215, "the others are spelled in another way there"
    wrong = [
        code
        for code, name in known.items()
        if spellings().get(folded(name), ours[code].code) != ours[code].code
    ]
    assert wrong == []


def test_no_spelling_stands_for_two_places() -> None:
    found: dict[str, str] = {}
    for place in places():
        for spelling in {place.code, *place.iso2, place.name, *place.also}:
            assert found.setdefault(folded(spelling), place.code) == place.code, spelling
    groups = {folded(key) for key in [*packaged_groups()["regions"], *rosters()]}
    assert groups.isdisjoint(found)


@given(st.sampled_from(COUNTRIES), st.data())
def test_every_spelling_of_a_country_is_that_country(place, data) -> None:
    spelling = data.draw(st.sampled_from([place.code, *place.iso2, place.name, *place.also]))
    article = data.draw(st.sampled_from(["", "the ", "The "]))
    case = data.draw(st.sampled_from([str, str.lower, str.upper, str.title]))
    assert Names().countries([article + case(spelling)]) == (place.code,)


@given(st.sampled_from([place.code for place in packaged_regions()]), st.booleans())
def test_what_is_said_of_a_region_means_the_region(world, code, inside) -> None:
    names = Names(world)
    said = names.say([code], inside)
    assert names.regions([said]) == (code,)
    assert names.regions([names.say_region(code)]) == (code,)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("UK", "GBR"),
        ("el", "GRC"),
        ("UAE", "ARE"),
        ("U.S.", "USA"),
        ("the United States", "USA"),
        ("South Korea", "KOR"),
        ("Korea", "KOR"),
        ("Taiwan", "TWN"),
        ("Vietnam", "VNM"),
        ("Russian Federation", "RUS"),
        ("Turkey", "TUR"),
        ("turkiye", "TUR"),
        ("Ivory Coast", "CIV"),
        ("cote d’ivoire", "CIV"),
        ("Sao Tome and Principe", "STP"),
        ("rest of the world", "ROW"),
    ],
)
def test_everyday_names(world, written, code) -> None:
    assert Names(world).regions([written]) == (code,)


@given(st.sampled_from(COUNTRIES))
def test_a_country_is_never_answered_with_another(world, place) -> None:
    names = Names(world)
    for spelling in (place.code, *place.iso2, place.name):
        if place.baseline:
            assert names.regions([spelling]) == (place.code,)
            continue
        with pytest.raises(LabelError) as caught:
            names.regions([spelling], "measure m")
        assert str(caught.value).startswith(
            f"measure m: {place.name} is inside the rest of the world (ROW) of icio2022 and cannot be named alone"
        )
        assert "did you mean" not in str(caught.value)


def test_a_misprint_gets_the_nearest_name_that_is_known(world) -> None:
    for written, hint in {
        "Inndia": "did you mean IND (India)?",
        "Germani": "did you mean DEU (Germany)?",
        "Unted Kingdom": "did you mean GBR (United Kingdom)?",
        "BRICKS": "did you mean BRICS?",
        "Irann": "did you mean IRN (Iran), which is inside the rest of the world?",
    }.items():
        with pytest.raises(LabelError) as caught:
            Names(world).regions([written])
        assert hint in str(caught.value)


def test_a_users_own_labels_come_first() -> None:
    own = Names(world_of("IN", "us", "reg1", "The North"))
    assert own.regions("IN,us,reg1,the north") == ("IN", "us", "reg1", "The North")
    assert own.countries("IN,reg1") == ("IN", "reg1")
    for wrong, told in {
        "USA": "own has no USA; it has IN, us, reg1, The North",
        "UK": "own has no UK (GBR); it has IN, us, reg1, The North",
    }.items():
        with pytest.raises(LabelError) as caught:
            own.regions(wrong)
        assert str(caught.value) == told
    twins = Names(world_of("A-1", "a 1"))
    assert twins.regions(["A-1"]) == ("A-1",)
    with pytest.raises(LabelError, match="'A 1' can be A-1 or a 1; write the one that is meant"):
        twins.regions(["A 1"])


def test_a_group_of_which_members_are_missing_is_refused_and_counted() -> None:
    lacking = Names(world_of("DEU", "FRA", "USA"))
    with pytest.raises(LabelError) as caught:
        lacking.regions("EU")
    assert str(caught.value) == (
        "group EU needs 25 regions that own lacks (AUT, BEL, BGR, ...); define your own group"
    )
    own = Names(world_of("DEU", "FRA", "USA"), groups={"EU": ["DEU", "FRA"]})
    assert own.regions("EU,USA") == ("DEU", "FRA", "USA")
    assert Names(world_of("CAN", "MEX", "USA")).regions("usmca") == ("CAN", "MEX", "USA")


def test_an_alliance_is_counted_on_its_day(world) -> None:
    first = Names(world, date(2025, 12, 12))
    assert first.regions("Pax Silica") == ("USA", "JPN", "KOR", "SGP", "GBR", "ISR", "AUS")
    later = Names(world, UNION_DAY)
    everybody = set(rosters()["pax-silica"].on(UNION_DAY))
    assert set(later.regions("PAX-SILICA")) == everybody & set(world.regions)
    assert set(later.countries("pax_silica")) == everybody >= {"QAT", "SLV", "PAN"}
    assert set(Names(world).regions("pax-silica")) == everybody & set(world.regions)
    told = {note.name: note.text for note in later.notes("pax-silica,GCC,IND")}
    assert set(told) == {"pax-silica.members", "pax-silica.outside", "gcc.outside"}
    assert set(told["pax-silica.outside"].split(": ")[1].split(", ")) == everybody - {
        *world.regions
    }
    assert told["gcc.outside"].endswith("left out: BHR, KWT, OMN, QAT")
    with pytest.raises(InputError, match="pax-silica has no member on 2025-01-01"):
        Names(world, date(2025, 1, 1)).regions("pax-silica", "sender")
    with pytest.raises(LabelError, match="no member of pax-silica is a region of own"):
        Names(world_of("R1", "R2")).regions("pax-silica")


def test_members_inside_the_rest_of_the_world_count_as_countries(world) -> None:
    assert Names(world).regions("GCC") == ("ARE", "SAU")
    assert Names().countries("GCC") == members_of_group("GCC") == Names(world).countries("gcc")
    assert Names(world).countries("QAT") == ("QAT",)
    with pytest.raises(InputError, match="us names ARE twice, by ARE and by GCC; name it once"):
        Names().countries("ARE,GCC", "us")
    with pytest.raises(LabelError, match="the rest of the world, is no country"):
        Names().countries("ROW")


def test_a_name_with_a_comma_is_not_taken_for_two(world) -> None:
    for written in ("Hong Kong, China", "JPN,Korea, South"):
        with pytest.raises(InputError, match=r"can be one place or two; write (HKG|KOR)"):
            Names(world).regions(written)
    assert Names(world).regions(["Hong Kong, China"]) == ("HKG",)
    assert Names(world).regions("HKG,China") == ("HKG", "CHN")
    for empty in ("", "IND,,CHN", " "):
        with pytest.raises(InputError, match="a name is empty"):
            Names(world).regions(empty)
    assert Names(world).regions(None) == ()


def test_what_was_written_is_said(world) -> None:
    names = Names(world)
    assert names.say("ind,eu,pax-silica,UK") == "India, EU, Pax Silica and United Kingdom"
    assert names.say("us", inside=True) == "the United States"
    assert names.say(["QAT"]) == "Qatar"
    assert Names(allied_world()).say("USA,RUS", inside=True) == "the United States and Russia"
    assert Names(world_of("reg1", "reg2")).say("REG1") == "reg1"


def test_codes_are_said_by_their_groups(world) -> None:
    union = members_of_group("EU")
    names = Names(world, groups={"FRIENDS": ["JPN", "KOR", "AUS"]})
    assert (
        names.say_regions([*union, "USA"])
        == "the European Union (27 regions) and the United States"
    )
    assert names.say_regions(["JPN", "KOR", "AUS"]) == "FRIENDS (3 regions)"
    assert names.say_regions(["JPN", "KOR"]) == "Japan and Korea"
    assert names.say_regions(world.regions) == "all regions"
    assert names.say_regions(world.regions[1:]) == "all other regions"


def test_a_verb_follows_its_name() -> None:
    for who in (
        "India",
        "the United States",
        "São Tomé and Príncipe",
        "the European Union (27 regions)",
    ):
        assert does(who, "lose") == "loses"
    for who in ("Japan and Korea", "Japan and São Tomé and Príncipe", "all other regions"):
        assert does(who, "lose") == "lose"


def test_every_place_is_named_as_the_trade_and_output_tables_know_it() -> None:
    assert set(packaged_groups()["regions"]) == {
        *("EU", "EFTA", "ASEAN", "GCC", "BRICS", "G7", "USMCA", "CPTPP", "RCEP", "EAEU")
    }
    for group in packaged_groups()["regions"]:
        assert set(members_of_group(group)) <= set(country_names()), group


@pytest.mark.parametrize(
    ("label", "hint"),
    [
        ("US", "; did you mean USA?"),
        ("usa", "; did you mean USA?"),
        ("IRN", "; valid ones begin with IND, ISR, USA"),
        ("Israel", "; did you mean ISR?"),
        ("INDD", "; did you mean IND?"),
    ],
)
def test_a_misprint_in_a_table_of_ones_own(label, hint) -> None:
    assert misprint(label, ("USA", "IND", "ISR")) == hint
