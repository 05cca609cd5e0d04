"""Trade elasticities by name: the published numbers, what is filled, and how a set enters an economy."""

import numpy as np
import pytest

import paxsilica.data as data
from paxsilica.data.elasticities import SOURCES, paper, trade_elasticity
from paxsilica.economy import Economy
from paxsilica.errors import LabelError


def test_the_default_is_fontagne_with_its_sign_turned() -> None:
    economy = data.load_economy()
    theta = dict(zip(economy.sectors, economy.trade_elasticity, strict=True))
    assert economy.about.elasticities == data.elasticity_sets()[0] == "fontagne"
    assert theta["A01"] == pytest.approx(3.2381, abs=1e-4)
    assert theta["C26"] == pytest.approx(5.4199, abs=1e-4)
    assert theta["SERV"] == 4.0


def test_missing_goods_lie_between_their_neighbours() -> None:
    theta = dict(
        zip(("A01", "A02", "A03"), trade_elasticity("fontagne", ["A01", "A02", "A03"]), strict=True)
    )
    assert theta["A01"] < theta["A02"] < theta["A03"]
    low, coal, high = trade_elasticity("fontagne", ["B08", "B05", "B07"])
    assert low < coal < high


@pytest.mark.parametrize("name", data.elasticity_sets())
def test_every_set_fits_both_versions_and_says_where_it_is_from(name: str) -> None:
    for baseline in data.packaged_economies():
        economy = data.load_economy(baseline, elasticities=name)
        assert economy.about.elasticities == name
        assert (economy.trade_elasticity > 0).all()
        notes = [note for note in economy.notes if note.name == "trade_elasticities"]
        assert len(notes) == 1


def test_published_values() -> None:
    """Caliendo and Parro (2015), table 1, 99 % sample: petroleum 64.85, the trap; agriculture 9.11."""
    np.testing.assert_allclose(trade_elasticity("caliendo_parro", ["C19", "A01"]), [64.85, 9.11])
    assert "64.85" in data.load_economy(elasticities="caliendo_parro").notes[-1].text
    np.testing.assert_array_equal(trade_elasticity("uniform_4", ["C26", "SERV", "K"]), 4.0)


def test_an_unknown_set_names_the_nearest() -> None:
    with pytest.raises(
        LabelError, match=r"unknown elasticity set 'fontange'; did you mean fontagne"
    ):
        data.load_economy(elasticities="fontange")


def test_a_sector_outside_the_sets_is_refused() -> None:
    tiny = Economy.from_flows(["A", "B"], ["C62"], [[[8.0], [2.0]], [[2.0], [8.0]]])
    with pytest.raises(LabelError, match="elasticity set fontagne has no sector 'C62'"):
        data.with_elasticities(tiny, "fontagne")


def test_a_named_set_in_place_of_ones_own_leaves_no_word_of_the_old() -> None:
    mine = data.load_economy().replace(trade_elasticity=5.0)
    assert "own_trade_elasticity" in [note.name for note in mine.notes]
    named = data.with_elasticities(mine, "uniform_4")
    about = [note.name for note in named.notes if "trade_elasticity" in note.of]
    assert about == ["trade_elasticities"]
    assert named.about.elasticities == "uniform_4"


def test_every_set_has_a_name_of_its_own_that_is_no_code():
    names = [paper(name) for name in data.elasticity_sets()]
    assert len(set(names)) == len(names)
    assert not [name for name in names if "_" in name or name in data.elasticity_sets()]
    assert paper("given") == "given"
    for name, said in zip(data.elasticity_sets(), names, strict=True):
        assert SOURCES[name].startswith(said)
