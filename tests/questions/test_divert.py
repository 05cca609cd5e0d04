"""`divert` as a question: every field reaches the answer, and what cannot be is told in one line."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from coercion_world import coercion_world
from divert_world import raised

import paxsilica as pax
from paxsilica.analysis.diversification.redirection import Redirection
from paxsilica.data import load_economy, write_economy
from paxsilica.desk import Desk
from paxsilica.errors import InputError, ScenarioError
from paxsilica.horizon import SHORT_RUN
from paxsilica.model import Params, rebalance, solve
from paxsilica.questions.divert import Divert
from paxsilica.questions.question import Answer
from paxsilica.shock import Shock

LAW = "policy:us-law@2025-11-01"
WHOLE = dict.fromkeys(("sector", "partner", "measure", "elasticities"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("own")
    write_economy(coercion_world(), folder / "lands.npz")
    return folder


@pytest.fixture(scope="module")
def world(folder):
    return rebalance(load_economy(str(folder / "lands.npz")))


@pytest.fixture(scope="module")
def asked(folder):
    """Answers at one desk, each question once."""
    desk, known = Desk(), {}

    def answer(**fields) -> Answer:
        given = {
            "exporter": "R1",
            "hit_by": "R0=50%",
            "baseline": str(folder / "lands.npz"),
            **fields,
        }
        key = json.dumps(given, sort_keys=True)
        if key not in known:
            known[key] = pax.ask(Divert(**given), desk)
        return known[key]

    return answer


@pytest.fixture(scope="module")
def law():
    """India under the law of a day, on the packaged baseline."""
    return pax.ask(Divert(exporter="IND", hit_by=LAW, as_of="2026-09-01"))


def test_each_field_changes_the_answer_as_the_library_does(asked, world):
    """The equilibrium of the hit, solved by hand for every field that has a say in it."""
    goods = ("C26", "C28")
    for fields, exporters, importer, sectors, horizon in (
        ({}, ("R1",), "R0", goods, Params()),
        ({}, ("R1",), "R0", goods, Params(SHORT_RUN)),
        ({"exporter": "R2"}, ("R2",), "R0", goods, Params()),
        ({"exporter": "PAIR"}, ("R1", "R2"), "R0", goods, Params()),
        ({"hit_by": "R3=50%"}, ("R1",), "R3", goods, Params()),
        ({"sectors": "C28"}, ("R1",), "R0", ("C28",), Params()),
    ):
        tariffs = np.array(raised(world, importer, exporters).tariffs)
        tariffs[:, :, 2] = world.tariffs[:, :, 2]  # a duty is on goods, not on services
        by_hand = Redirection(
            solve(world, Shock(world, tariffs=tariffs), horizon), exporters, (importer,), sectors
        )
        found = asked(**fields).findings
        key = horizon.horizon.key
        got = [
            found.value("sales_moved", item=item, horizon=key, **WHOLE)
            for item in ("hit", "elsewhere", "home", "made")
        ]
        assert got == pytest.approx(by_hand.by_end().sum(1), rel=1e-6)


def test_a_set_of_elasticities_is_solved_under_it_and_is_in_the_band(asked):
    base, other = asked(), asked(elasticities="uniform_4")
    of = {"item": "hit", "horizon": "long_run", **WHOLE}
    value = other.findings.value("sales_moved", **of)
    row = base.findings.row("sales_moved", **of)
    assert row["low"] <= value <= row["high"]
    each = base.findings.value("sales_moved", **{**of, "elasticities": "uniform_4"})
    assert value == pytest.approx(each, rel=1e-6)


def test_markets_and_allies_are_who_is_named(asked):
    answer = asked(markets="R2", allies="R2")
    assert answer.findings.along("ally", "partner") == {"R2": 1.0}
    assert answer.attachments["shared"] == {"R2": ["PAIR"]}
    every = asked(allies="R3").findings.along("ally", "partner")
    assert every == {"R2": 0.0, "R3": 1.0}


def test_an_alliance_without_a_member_here_makes_nobody_an_ally(asked):
    answer = asked()
    assert set(answer.findings.along("ally", "partner").values()) == {0.0}
    assert any(note.name == "allies.none" for note in answer.notes)


def test_a_scenario_file_is_hit_by_what_it_says_on_a_day(folder, asked, world):
    path = folder / "hit.yaml"
    path.write_text(
        "schema: paxsilica/scenario@1\ntitle: A duty\nbaseline: ./lands.npz\nmeasures:\n"
        "  - {id: d, kind: tariff, importer: [R0], exporter: [R1], op: add, rate: 50%, from: 2026-01-01}\n",
        encoding="utf-8",
    )
    answer = asked(hit_by=str(path), baseline=None, as_of="2026-02-01")
    by_hand = Redirection(
        solve(world, raised(world, "R0", ["R1"])), ("R1",), ("R0",), ("C26", "C28")
    )
    got = answer.findings.value("sales_moved", item="hit", horizon="long_run", **WHOLE)
    assert got == pytest.approx(by_hand.by_end()[0].sum(), rel=1e-6)
    assert str(path) in answer.inputs
    with pytest.raises(InputError, match="touches nothing that R1 sells"):
        asked(hit_by=str(path), baseline=None, as_of="2025-02-01")


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"exporter": "R9"}, "exporter: unknown region 'R9'"),
        ({"hit_by": "R1=50%"}, "R1 is exporter and puts the duty"),
        ({"hit_by": "R0"}, "write importer and rate"),
        ({"markets": "R0"}, "--markets: R0 is the market that hits"),
        ({"markets": "R1"}, "--markets: R1 is exporter"),
        ({"allies": "nato"}, "--allies: unknown region 'nato'"),
        ({"sectors": "C99"}, "--sectors: unknown sector 'C99'"),
        ({"trade": "none.csv"}, "--trade: none.csv: no such file"),
        ({"elasticities": "mine"}, "mine"),
    ],
)
def test_what_cannot_be_is_told_in_one_line(asked, fields, told):
    with pytest.raises(InputError, match=told) as error:
        asked(**fields)
    assert "\n" not in str(error.value)


def test_a_sector_that_is_not_sold_there_is_refused(world, tmp_path):
    flows = np.array(world.flows)
    flows[0, 1, 0] = 0.0
    write_economy(world.replace(flows=flows), tmp_path / "less.npz")
    asks = Divert(
        exporter="R1", hit_by="R0=50%", sectors="C26", baseline=str(tmp_path / "less.npz")
    )
    with pytest.raises(InputError, match="R1 sells R0 nothing of C26"):
        pax.ask(asks)


def test_the_docs_quote_what_is_found(law):
    """The example of docs/divert.md: amounts in billions with their bands, and the change of income."""
    text = (Path(__file__).parents[2] / "docs" / "divert.md").read_text(encoding="utf-8")
    example = " ".join(text.partition("## An example")[2].split())
    f = law.findings
    for item in ("hit", "elsewhere", "made"):
        row = f.row("sales_moved", item=item, horizon="long_run", **WHOLE)
        low, high = sorted(abs(row[end]) / 1e3 for end in ("low", "high"))
        said = f"{abs(row['value']) / 1e3:.1f} billion"
        assert said in example
        assert f"({low:.1f} to {high:.1f})" in example
    for key, of in (("sold_to_hitter", {}), ("sales_moved", {"item": "home"})):
        assert (
            f"{abs(f.value(key, horizon='long_run', **WHOLE, **of)) / 1e3:.1f} billion" in example
        )
    alone = f.value(
        "sales_moved", item="elsewhere", horizon="long_run", **{**WHOLE, "measure": "alone"}
    )
    assert f"{alone / 1e3:.1f} billion" in example
    income = f.row("real_income", horizon="long_run", **WHOLE)
    said = "{value:.3f} % ({low:.3f} to {high:.3f})".format(**income).replace("-", "−")
    assert said in example
    for item in ("hit", "elsewhere"):
        short = f.value("sales_moved", item=item, horizon="short_run", **WHOLE)
        assert f"{abs(short) / 1e3:.1f} billion" in example


def test_ranks_have_a_band_over_the_sets_and_are_each_taken_once(law):
    ranks = law.findings.select("market_rank", measure="overall").blocks[0]
    assert sorted(ranks.value) == list(range(1, len(ranks.value) + 1))
    assert (ranks.low <= ranks.value).all()
    assert (ranks.high >= ranks.value).all()
    assert (ranks.high > ranks.low).any()


def test_the_sources_of_products_are_named(law, asked):
    said = " ".join(f"{source.title} {source.publisher}" for source in law.sources)
    assert "BACI" in said
    assert "Census" in said
    assert len(asked().sources) == 1


def test_who_hits_is_not_hit():
    with pytest.raises(InputError, match="it is USA that acts here"):
        pax.ask(Divert(exporter="USA", hit_by=LAW))


def test_a_law_is_met_by_whom_it_names(law):
    f = law.findings
    assert law.attachments["hitters"] == ["USA"]
    ends = [
        f.value("sales_moved", item=i, horizon="long_run", **WHOLE)
        for i in ("hit", "elsewhere", "home", "made")
    ]
    assert -ends[0] == pytest.approx(ends[1] + ends[2] - ends[3], rel=1e-9)
    assert ends[0] < 0
    allies = f.along("ally", "partner")
    assert allies["EU"] == allies["GBR"] == 1
    assert allies["CHN"] == 0
    assert "Pax Silica" in law.attachments["shared"]["ARE"]
    assert {"BRA", "CHN"} <= {m for m, of in law.attachments["shared"].items() if "BRICS" in of}
    # the UAE and Saudi Arabia have prohibitive averages in food, which no agreement ends
    assert any(note.name == "agreements.kept" and "SAU C10T12" in note.text for note in law.notes)


def test_density_is_of_the_widest_table_and_products_of_customs(law):
    f = law.findings
    assert len(f.along("density", "sector")) == 50
    codes = f.along("smart_change", "product", item=None)
    assert len(codes) == 200
    assert all(len(code) == 6 for code in codes)
    assert any(note.name == "smart_overstates" for note in law.notes)
    # materials, which have all markets
    assert "760110" in f.along("gsim_price", "product")


def test_membership_is_counted_on_the_day():
    early = Divert(exporter="IND", hit_by="USA=50%", as_of="2026-02-01", markets="SWE,GBR")
    found = pax.ask(early).findings.along("ally", "partner")
    assert found == {"SWE": 0.0, "GBR": 1.0}
    before = pax.ask(Divert(exporter="IND", hit_by="USA=50%", as_of="2025-02-01", markets="GBR"))
    assert before.findings.along("ally", "partner") == {"GBR": 0.0}
    assert any("no region here is a member" in note.text for note in before.notes)
    assert before.question.as_of == date(2025, 2, 1)


def test_own_trade_takes_the_place_of_sectors(tmp_path):
    """Of two products of the user's table potential and density, by hand; a sector's duty on each."""
    path = tmp_path / "mine.csv"
    rows = {
        ("USA", "IND", "610910"): 40,
        ("DEU", "IND", "610910"): 10,
        ("DEU", "CHN", "610910"): 90,
        ("DEU", "IND", "851713"): 30,
        ("USA", "CHN", "851713"): 60,
    }
    lines = [f"{n},{i},{k},{v}000000" for (n, i, k), v in rows.items()]
    path.write_text("importer,exporter,product,value\n" + "\n".join(lines) + "\n", encoding="utf-8")
    f = pax.ask(Divert(exporter="IND", hit_by="USA=50%", trade=str(path), markets="DEU")).findings
    supply = 50 / 140, 30 / 90
    ease = 40 / (supply[0] * 100 + supply[1] * 30)
    could = supply[0] * 100 * ease, supply[1] * 30 * ease
    left = max(0, could[0] - 10) + max(0, could[1] - 30)
    got = f.value("unrealised_potential", partner="DEU", measure="market", product=None)
    assert got == pytest.approx(left)
    assert f.along("sold_abroad", "product") == {
        "610910": pytest.approx(50),
        "851713": pytest.approx(30),
    }
    assert f.value("gsim_change", product="610910", item="hit") < 0


def test_own_trade_is_refused_where_it_says_nothing(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("importer,exporter,product,value\nDEU,CHN,610910,5\n", encoding="utf-8")
    with pytest.raises(InputError, match="holds nothing that IND sells abroad"):
        pax.ask(Divert(exporter="IND", hit_by="USA=50%", trade=str(path)))
    path.write_text(
        "importer,exporter,product,value\nDEU,IND,6109,5\nDEU,IND,x,-2\n", encoding="utf-8"
    )
    with pytest.raises(ScenarioError) as error:
        pax.ask(Divert(exporter="IND", hit_by="USA=50%", trade=str(path)))
    assert f"{path}:2: '6109' is no HS code of 6, 8 or 10 digits" in str(error.value)
    assert ":3:" in str(error.value)
