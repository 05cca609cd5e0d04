"""A user's own table of elasticities: what it gives counts, and what is wrong in it is said with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

import paxsilica as pax
from paxsilica.analysis.run import params_of, solved
from paxsilica.data.own_elasticities import own_ages
from paxsilica.errors import EconomyError, LabelError
from paxsilica.policy import load_scenario

HEAD = "parameter,sector,months,value,se,source\n"
SCENARIO = """schema: paxsilica/scenario@1
title: T
measures:
  - {id: a, kind: tariff, importer: [USA], exporter: [IND], sector: [C26], op: add, rate: 10%}
assumptions: {horizon: 1y, elasticities: mine.csv}
"""


def table(folder: Path, *rows: str) -> str:
    path = folder / "mine.csv"
    path.write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")
    return str(path)


def test_a_table_takes_the_place_of_what_it_names(tmp_path: Path) -> None:
    path = table(tmp_path, "trade_elasticity,all,,3,,me", "trade_elasticity,C26,,7,,me")
    economy = pax.load_economy(elasticities=path)
    by_sector = dict(zip(economy.sectors, economy.trade_elasticity, strict=True))
    assert by_sector.pop("C26") == 7
    assert {*by_sector.values()} == {3}
    assert economy.about.elasticities == path
    some = pax.load_economy(elasticities=table(tmp_path, "trade_elasticity,C26,,7,,me"))
    assert some.trade_elasticity[0] == pax.load_economy().trade_elasticity[0]
    assert "trade elasticities of 1 of 28 sectors" in some.notes[-1].text


def test_a_scenario_with_a_table_has_its_numbers_by_age(tmp_path: Path) -> None:
    table(tmp_path, "early_response,all,12,4,0.5,me", "labour_mobility,all,12,2,,me")
    (tmp_path / "s.yaml").write_text(SCENARIO, encoding="utf-8")
    scenario = load_scenario(tmp_path / "s.yaml")
    params = params_of(scenario.assumptions)
    assert params.horizon.early_response == 4
    assert params.horizon.labour_mobility == 2
    assert params.horizon.input_elasticity == 0.2
    assert solved(scenario).outcome.theta.max() == pytest.approx(3)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            "trade_elastcity,C26,,7,,",
            "unknown parameter 'trade_elastcity'; did you mean trade_elasticity",
        ),
        ("trade_elasticity,C26,,-7,,", "trade_elasticity is '-7'; it must be 0 to 100"),
        ("trade_elasticity,C26,12,7,,", "trade_elasticity has no months"),
        ("early_response,all,,2,,", "months is ''; write an age, 0 to 360"),
        ("early_response,all,x,2,,", "months is 'x'"),
        ("early_response,all,12,2,-1,", "se is '-1'"),
        ("labour_mobility,all,12,0.5,,", "it must be 1 to inf"),
        ("trade_response,all,12,1.5,,", "it must be 0 to 1"),
        ("trade_elasticity,,,7,,", "sector is empty"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, row: str, said: str) -> None:
    with pytest.raises(EconomyError, match=rf"mine\.csv:2: .*{said}"):
        own_ages(table(tmp_path, row))


def test_a_row_twice_a_sector_that_is_not_there_and_no_file(tmp_path: Path) -> None:
    twice = "trade_elasticity,C26,,7,,"
    with pytest.raises(EconomyError, match=r"mine\.csv:3: the same parameter, sector and months"):
        own_ages(table(tmp_path, twice, twice))
    with pytest.raises(LabelError, match="unknown sector 'C226'"):
        pax.load_economy(elasticities=table(tmp_path, "trade_elasticity,C226,,7,,"))
    with pytest.raises(EconomyError, match=r"none\.csv: no such table of elasticities"):
        own_ages(str(tmp_path / "none.csv"))
