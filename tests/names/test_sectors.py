"""Sectors by every spelling: a name of the whole is taken, a part of it is told where it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from names_world import world_of

from paxsilica.data import load_economy
from paxsilica.errors import LabelError
from paxsilica.names import Names
from paxsilica.names.places import folded, packaged_groups
from paxsilica.names.sectors import called, goods_named, holders, packaged_sectors

ECONOMIES = ("icio2022", "icio2022-50")


@pytest.fixture(scope="module", params=ECONOMIES)
def names(request) -> Names:
    return Names(load_economy(request.param))


@given(st.sampled_from(packaged_sectors()), st.sampled_from([str, str.lower, str.upper]))
def test_every_name_of_a_sector_is_the_sector(names, sector, case) -> None:
    """`Agriculture` and `Machinery` name a sector and a wider group, so that they are refused unless written exactly."""
    if sector.code not in names.table.sectors:
        return
    assert names.sectors([sector.code]) == names.sectors([case(sector.code)]) == (sector.code,)
    for text in (sector.name, sector.source_name, *sector.also):
        groups = names.table.about.sector_groups
        if folded(text) in groups and set(groups[folded(text)]) != {sector.code}:
            continue
        assert names.sectors([case(text)]) == (sector.code,), text


def test_every_group_is_the_group(names) -> None:
    for group, members in names.table.about.sector_groups.items():
        assert names.sectors([group]) == tuple(members)
        assert set(members) <= set(packaged_groups()["sectors"][group])


def test_a_name_of_two_things_is_refused() -> None:
    names = Names(load_economy("icio2022"))
    assert names.sectors("machinery") == ("C27", "C28")
    with pytest.raises(LabelError, match="'Machinery' can be machinery or C28; write the one"):
        names.sectors("Machinery")


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("aluminium", "aluminium is a part of C24B (Non-ferrous metals); write C24B"),
        ("cars", "cars is a part of C29 (Motor vehicles); write C29"),
        (
            "oil",
            "a part of B06 (Oil and gas extraction) and C19 (Refined petroleum); write the one that is meant",
        ),
        ("semiconductors", "a part of C26 (Computers and electronics); write C26"),
        ("aluminim", "unknown"),
        ("banks", "a part of"),
        ("C24", "a part of C24A (Iron and steel) and C24B (Non-ferrous metals)"),
    ],
)
def test_a_part_of_a_sector_is_told_where_it_is(names, written, told) -> None:
    with pytest.raises(LabelError) as caught:
        names.sectors([written], "measure m")
    text = str(caught.value)
    assert text.startswith("measure m: ")
    if written == "aluminim":
        told = "'aluminim' is no sector of its own: aluminium is a part of C24B"
    if written == "banks":
        told = {28: "SERV (Services)", 50: "K (Finance and insurance)"}[len(names.table.sectors)]
    assert told in text
    assert "begin with" not in text


@pytest.mark.parametrize(
    ("written", "code"), [("pharma", "C21"), ("chips", "C26"), ("Steel", "C24A")]
)
def test_everyday_names_of_whole_sectors(names, written, code) -> None:
    assert names.sectors([written]) == (code,)


def test_no_name_is_of_a_whole_and_of_a_part() -> None:
    """Read twice, a good would resolve to one sector and be told to be in another."""
    codes = [sector.code for sector in packaged_sectors()]
    for good in goods_named():
        assert called(good, codes) == (), good
        assert good not in {folded(group) for group in packaged_groups()["sectors"]}, good
        assert holders(good, codes)


def test_a_users_own_sectors_come_first() -> None:
    own = Names(world_of("R1", "R2", sectors=("cars", "C20", "oil")))
    assert own.sectors("cars,oil,chemicals") == ("cars", "oil", "C20")
    with pytest.raises(LabelError, match="unknown sector 'banks'; valid ones begin with C20"):
        own.sectors("banks")
