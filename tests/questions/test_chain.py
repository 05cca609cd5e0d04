"""`pax chain` as a question: every field changes the answer as the library's call does, and every door says the same."""

from __future__ import annotations

import json
import math
import re
import shlex
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from chain_worlds import best_output, by_id, chain_of, draw_chain, stage
from doorway import pax
from typer.testing import CliRunner

from paxsilica.analysis.chain import (
    Outage,
    SupplyChain,
    coverage,
    load_chain,
    over_time,
    packaged_chains,
    single_cuts,
    smallest_cut,
    supply,
)
from paxsilica.analysis.chain.link import linked
from paxsilica.cli.commands import app
from paxsilica.cli.entry import main
from paxsilica.data import with_elasticities, with_every_set
from paxsilica.desk import Desk
from paxsilica.economy import About, Economy, Note
from paxsilica.errors import ConvergenceError, InputError
from paxsilica.findings import Findings
from paxsilica.model import settled
from paxsilica.names import Names
from paxsilica.names.places import OTHER
from paxsilica.questions.chain import Chain
from paxsilica.questions.question import Answer
from paxsilica.report.envelope import envelope, run_record
from paxsilica.report.pages.chain import report
from paxsilica.report.report import Number, Report

FILE = """schema: paxsilica/chain@1
title: Ore to metal
final: [metal]
sources: {here: {title: T, publisher: P, licence: L, date: "2024", url: ""}}
stages:
  - {id: ore, name: Ore, shares: {CHN: 70%, AUS: 30%}, year: 2022, source: here, stock: 42 days,
     rebuild: 360 days}
  - {id: alloy, name: Alloy, shares: unknown, inputs: [{stage: ore}]}
  - {id: metal, name: Metal, shares: {JPN: 60%, CHN: 40%}, year: 2024, source: here,
     inputs: [{stage: alloy}]}
links:
  - {stage: metal, sectors: [C26], kind: use, exposed: 40%, cost: 10%}
  - {stage: ore, sectors: [C26], kind: make, exposed: 30%}
"""

DAY = date(2026, 3, 1)


@pytest.fixture(scope="module")
def own(tmp_path_factory) -> str:
    path = tmp_path_factory.mktemp("chains") / "own.yaml"
    path.write_text(FILE, encoding="utf-8")
    return str(path)


def small(scale: float) -> Economy:
    """Three regions, two packaged sectors; `scale` is of what is traded."""
    rng = np.random.default_rng(3)
    flows = rng.uniform(1, 2, (3, 3, 2)) * scale
    flows[np.arange(3), np.arange(3)] = rng.uniform(8, 9, (3, 2))
    plain = Economy.from_flows(["CHN", "JPN", "AUS"], ["C26", "SERV"], flows)
    regions = {"CHN": "China", "JPN": "Japan", "AUS": "Australia"}
    named = About(name="small", region_names=regions, sector_names={"C26": "Computers"})
    return with_elasticities(plain.replace(about=named), "fontagne")


@pytest.fixture(scope="module")
def desk() -> Desk:
    """A desk that has two small economies, one of them with another set of elasticities too."""
    made = Desk(today=DAY)
    for name, scale in (("icio2022", 1.0), ("other", 2.0)):
        for chosen in (None, "uniform_4"):
            table = small(scale) if chosen is None else with_elasticities(small(scale), chosen)
            made.warm((name, chosen), lambda table=table: table)
    return made


@pytest.fixture(scope="module")
def asked(own, desk):
    return lambda **fields: Chain(name=own, **fields).answered(desk).findings


# ---- each field, against the library's own call ------------------------------------------------


def test_the_name_chooses_the_chain(desk):
    found = Chain(name="crude-oil").answered(desk).findings
    assert found.value("stages", product="crude-oil") == 2
    assert set(found.along("unnamed_output", "item")) == {"crude-oil", "refined-products"}


@pytest.mark.parametrize(
    ("fields", "outage"),
    [
        ({"cut": "CHN"}, Outage(("CHN",))),
        ({"cut": ("JPN", "China")}, Outage(("JPN", "CHN"))),
        ({"cut": "CHN", "stage": "metal"}, Outage(("CHN",), ("metal",))),
        ({"cut": "CHN", "buyers": "JPN"}, Outage(("CHN",), (), ("JPN",))),
        ({"cut": "CHN", "share": "50%"}, Outage(("CHN",), share=0.5)),
    ],
    ids=["cut", "several", "stage", "buyers", "share"],
)
def test_what_is_cut_is_what_the_library_cuts(own, asked, fields, outage):
    chain, found = load_chain(own), asked(**fields)
    expected = supply(chain, [outage])
    assert found.value("output_left") == 100 * expected.output
    assert found.along("feasible_output", "item") == by_id(chain, 100 * expected.by_stage)
    assert found.along("output_per_capacity", "item") == by_id(chain, expected.gains)
    limits = {id for id, value in found.along("limits_output", "item").items() if value}
    assert limits == set(expected.bottlenecks)
    days = over_time(chain, [outage])
    assert list(found.along("output_over_time", "point").values()) == list(100 * days.output)
    assert found.value("output_lost") == -days.lost
    assert asked().rows() != found.rows()


def test_who_may_not_buy_is_told_what_is_left_to_them(tmp_path, desk):
    """Japan makes 60 % of the metal; without China's ore it has Australia's 30 % alone, and China has enough."""
    plain = FILE.replace("inputs: [{stage: alloy}]", "inputs: [{stage: ore}]")
    lines = [line for line in plain.splitlines(keepends=True) if "id: alloy" not in line]
    path = tmp_path / "direct.yaml"
    path.write_text("".join(lines), encoding="utf-8")
    asked = Chain(name=str(path), cut="CHN", stage="ore", buyers="JPN", trusted="CHN")
    found = asked.answered(desk)
    assert found.findings.value("output_left") == pytest.approx(70)
    (row,) = found.findings.select("group_output_left").rows()
    assert (row["item"], row["region"]) == ("metal", "JPN")
    assert row["value"] == pytest.approx(50)
    page = report(found)
    start = "If all supply of ore from China to Japan were cut, the chain would make 70.0 %"
    assert page.lead.startswith(start)
    assert numbers_by_head(page)["Left to Japan: metal"].value == "50.0 %"


def test_the_trusted_group_is_its_members_on_the_day(own, asked):
    for day in (date(2025, 12, 20), DAY):
        members = Names(day=day).countries("pax-silica,CHN")
        found, alone = (
            asked(trusted="pax-silica,CHN", as_of=day),
            Findings(tuple(coverage(load_chain(own), members, "pax-silica+CHN"))),
        )
        keys = {row["variable"] for row in alone.rows()}
        assert keys == {"group_share", "output_alone", "output_alone_with_unnamed"}
        assert found.select(*keys).rows() == alone.rows()
    early, late = (
        Chain(name="magnets", as_of=day).answered(Desk()).findings
        for day in (date(2026, 2, 19), date(2026, 2, 20))
    )
    joined = late.array("group_share") - early.array("group_share")
    india = load_chain("magnets")
    assert np.nan_to_num(joined) == pytest.approx(
        [100 * s.share("IND") if s.shares else 0.0 for s in india.stages]
    ), "India joined on the second day"


def test_days_are_the_length_of_the_path(own, asked):
    found = asked(cut="CHN", days=360)
    path = over_time(load_chain(own), [Outage(("CHN",))], 360)
    assert list(found.along("output_over_time", "point")) == [f"{30 * t}" for t in range(12)]
    assert found.value("output_lost") == -path.lost
    assert found.value("days_until_short") == path.cover
    assert math.isnan(asked().value("days_until_short")), "never within the time looked at"


def test_the_target_is_what_the_smallest_cut_must_reach(own, asked):
    chain = load_chain(own)
    for target in (0.5, 0.35, 0.0):
        found, (blocks, _) = asked(target=target), smallest_cut(chain, target)
        expected = Findings(tuple(blocks))
        keys = {b.variable for b in blocks}
        assert keys == {"smallest_cut", "smallest_cut_size", "output_floor"}
        assert found.select(*keys).rows() == expected.rows()


def test_every_single_cut_is_a_finding_and_the_small_ones_are_details():
    found = Chain(name="nuclear-fuel").answered(Desk(today=DAY)).findings
    singles = Findings(tuple(single_cuts(load_chain("nuclear-fuel"))))
    rows, shares = (
        {(row["region"], row["item"]): row["value"] for row in found.select(variable).rows()}
        for variable in ("output_without", "output_share")
    )
    wide = singles.cells("region", "item", detail=True)
    assert rows == {at: its["output_without"]["value"] for at, its in wide.items()}
    assert shares == {at: its["output_share"]["value"] for at, its in wide.items()}
    assert rows.keys() == shares.keys()
    shown = [
        row["value"] for row in found.rows(detail=False) if row["variable"] == "output_without"
    ]
    assert sorted(shown) == sorted(value for value in rows.values() if value < 99.5)


# ---- the equilibrium ---------------------------------------------------------------------------

LINK = {"cut": "CHN", "link": True}


@pytest.mark.parametrize("baseline", ["icio2022", "other"])
@pytest.mark.parametrize("elasticities", [None, "uniform_4"])
def test_a_shortage_is_solved_in_the_chosen_economy_with_a_band_over_all_sets(
    own, desk, baseline, elasticities
):
    answer = Chain(name=own, baseline=baseline, elasticities=elasticities, **LINK).answered(desk)
    table = desk.economy(baseline, elasticities)
    time = over_time(load_chain(own), [Outage(("CHN",))])
    by_hand = {
        e.about.elasticities: {r.reading: r for r in linked(time, settled(e))}
        for e in with_every_set(table)[0]
    }
    assert len(by_hand) == 9
    used = by_hand[elasticities or "fontagne"]
    assert set(used) == {"rationed", "substituted", "at_source"}
    for reading in used:
        each = np.array([100 * (r[reading].outcome.real_income - 1) for r in by_hand.values()])
        (found,) = answer.findings.select(
            "real_income", scenario=reading, elasticities=None, horizon="short_run"
        ).blocks
        assert found.axes[0]["region"] == ("CHN", "JPN", "AUS")
        assert found.value == pytest.approx(100 * (used[reading].outcome.real_income - 1), abs=1e-8)
        assert found.low == pytest.approx(each.min(0), abs=1e-8)
        assert found.high == pytest.approx(each.max(0), abs=1e-8)
        assert found.solve in answer.solver
        (volumes,) = answer.findings.select("output_volume", scenario=reading).blocks
        hit = next(b for b in used[reading].blocks() if b.variable == "output_volume")
        assert volumes.value == pytest.approx(hit.value, abs=1e-8)
        assert (volumes.low <= volumes.value).all()
        taken = answer.findings.array("productivity", scenario=reading)
        productivity = used[reading].outcome.shock.productivity
        assert taken == pytest.approx(100 * (productivity[productivity < 1] - 1))
    assert found.low[0] < found.value[0] < found.high[0], (
        "the source is hit, how hard depends on theta"
    )
    assert answer.names.economy is table


def test_run_json_holds_what_the_solver_did(own, desk):
    answer = Chain(name=own, **LINK).answered(desk)
    run = run_record(answer)["run"]
    assert set(run["solver"]) == {"rationed", "substituted", "at_source"}
    for said in run["solver"].values():
        assert said["status"] == "converged"
        assert 0 <= said["residual"] <= said["tolerance"] == 1e-10
        assert said["economy"] == settled(small(1.0)).digest
    assert run["inputs"] == {own: load_chain(own).digest}
    plain = run_record(Chain(name=own, cut="CHN").answered(desk))
    assert plain["run"]["solver"] == {}, "nothing was solved"


def test_sectors_that_no_set_covers_have_one_set_and_a_note_why(own):
    table = small(1.0)
    bare = Desk(today=DAY)
    mine = Economy.from_flows(table.regions, ["C26", "mine"], table.flows)
    bare.warm(("icio2022", None), lambda: mine)
    answer = Chain(name=own, **LINK).answered(bare)
    assert all(b.low is None for b in answer.findings.select("real_income").blocks)
    assert "elasticities.band" in {note.name for note in answer.notes}


def test_a_shortage_that_is_not_solved_ends_the_command_with_1(own, monkeypatch, capsys):
    def fails(*_):
        raise ConvergenceError("the residual is 1", None)

    monkeypatch.setattr("paxsilica.analysis.chain.link.solve", fails)
    monkeypatch.setattr(
        sys, "argv", ["pax", "chain", own, "--cut", "CHN", "--link", "--trusted", "JPN"]
    )
    with pytest.raises(SystemExit) as stop:
        main()
    assert stop.value.code == 1
    assert "the residual is 1" in capsys.readouterr().err


# ---- doors -------------------------------------------------------------------------------------


def test_command_line_python_and_json_say_the_same(own):
    line = ["chain", own, "--cut", "cn", "--stage", "ore", "--share", "50%", "--trusted", "JPN,UK"]
    more = ["--buyers", "Japan", "--days", "360", "--target", "40%", "--as-of", "2026-03-01"]
    done = CliRunner().invoke(app, [*line, *more, "--json"])
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    asked = {"cut": "cn", "stage": "ore", "share": 0.5, "trusted": ("JPN", "UK")}
    rest = {"buyers": "Japan", "days": 360, "target": 0.4, "as_of": "2026-03-01"}
    answer = Chain(name=own, **asked, **rest).answered(Desk())
    assert said["findings"] == answer.findings.rows(detail=False)
    assert said["question"] == json.loads(json.dumps(envelope(answer)["question"]))
    assert said["question"]["share"] == "50%"
    again = shlex.split(said["run"].pop("repeat"))
    assert again[0] == "pax"
    twice = json.loads(CliRunner().invoke(app, [*again[1:], "--json"]).stdout)
    assert shlex.split(twice["run"].pop("repeat")) == again
    del said["run"]["created"], twice["run"]["created"]
    assert twice == said


def test_several_chains_are_several_answers_and_folders(own, tmp_path):
    out = tmp_path / "out"
    done = CliRunner().invoke(
        app, ["chain", own, "crude-oil", "--trusted", "JPN", "--json", "--out", str(out)]
    )
    first, second = json.loads(done.stdout)
    assert [a["attachments"]["chain"]["title"] for a in (first, second)] == [
        "Ore to metal",
        "Crude oil",
    ]
    assert {path.name for path in out.iterdir()} == {"own", "crude-oil"}
    run = json.loads((out / "own" / "run.json").read_text(encoding="utf-8"))
    assert run["run"]["repeat"] == first["run"]["repeat"]


def test_without_a_name_the_packaged_chains_are_listed():
    answer = Chain().answered(Desk())
    f = answer.findings
    assert tuple(f.along("stages", "product")) == packaged_chains()
    for name in packaged_chains():
        stages = load_chain(name).stages
        years = [stage.year for stage in stages if stage.year]
        assert f.value("stages", product=name) == len(stages)
        assert f.value("stages_with_data", product=name) == sum(
            s.shares is not None for s in stages
        )
        assert list(f.array("data_year", product=name)[0]) == [min(years), max(years)]
        assert answer.attachments["titles"][name] == load_chain(name).title
    done = pax("chain")
    assert done.returncode == 0
    assert all(name in done.stdout for name in packaged_chains())


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"name": "chps"}, "unknown chain 'chps'; did you mean chips?"),
        ({"stage": "ore"}, "--stage says what is cut at whose plants; name them with --cut"),
        ({"buyers": "JPN"}, "--buyers says what is cut at whose plants"),
        ({"cut": "CHN", "stage": "or"}, "unknown stage 'or'; did you mean ore"),
        ({"cut": "CHN", "share": "0.5"}, "share: 0.5 has no % sign; write 50%"),
        ({"cut": "CHN", "share": "150%"}, "a cut of 150% is not possible"),
        ({"cut": "CHN", "share": "0%"}, "a cut of 0% is not possible"),
        ({"cut": "CHN", "days": 100}, "choose for instance 720 and 30"),
        ({"link": True}, "nothing is cut; name suppliers with --cut"),
        ({"share": "50%"}, "nothing is cut; name suppliers with --cut"),
        ({"cut": "CHN", "baseline": "icio2022-50"}, "add --link"),
        ({"cut": "CHN", "elasticities": "uniform_4"}, "add --link"),
        ({"cut": "CHN", "stage": ""}, "stage: a name is empty in ''"),
        ({"cut": "TWN,"}, "cut: a name is empty in 'TWN,'"),
        ({"cut": "CHN,China"}, "names CHN twice"),
        ({"cut": "CNH"}, "cut: unknown country or group 'CNH'"),
        ({"trusted": ""}, "trusted: a name is empty in ''"),
        ({"target": "100%"}, "give an output from 0% to below 100%"),
        ({"as_of": "2026-02-30"}, "as_of: 2026-02-30 does not exist"),
        ({"as_of": "2025-01-01"}, "pax-silica has no member on 2025-01-01"),
        ({"name": None, "cut": "CHN"}, "which chain? name one, such as chips"),
        ({"name": None, "days": 360}, "which chain? name one, such as chips"),
        ({"cuts": "CHN"}, "cuts: chain has no field of that name; did you mean cut"),
    ],
)
def test_a_mistake_is_one_line(own, desk, fields, message):
    with pytest.raises(InputError) as error:
        Chain(**{"name": own, **fields}).answered(desk)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--cut", "TWN,"), "cut: a name is empty in 'TWN,'"),
        (("--out", "OWN"), "is a file; name a folder for the report"),
        (("OWN", "--out", "x"), "two reports would both be written to"),
    ],
)
def test_a_mistake_on_the_command_line_is_one_line_and_2(
    own, monkeypatch, capsys, options, message
):
    words = [own if option == "OWN" else option for option in options]
    monkeypatch.setattr(sys, "argv", ["pax", "chain", own, *words])
    with pytest.raises(SystemExit) as stop:
        main()
    printed = capsys.readouterr()
    assert (stop.value.code, printed.out, printed.err.count("\n")) == (2, "", 1)
    assert message in printed.err


def test_a_chain_without_links_has_no_equilibrium(tmp_path, desk):
    bare = tmp_path / "bare.yaml"
    bare.write_text(FILE[: FILE.index("links")], encoding="utf-8")
    with pytest.raises(InputError, match="has no link to a sector; add one under `links`"):
        Chain(name=str(bare), cut="CHN", link=True).answered(desk)


# ---- the page ----------------------------------------------------------------------------------

CUT = re.compile(
    r"If (?P<what>.+) were cut, the chain would make (?P<left>\S+) % of its normal output"
    r"(?P<long> in the long run, without new tools)?(, held back by (?P<held>.+?))?; "
    r"(?P<stocks>with the stocks that are known|without any known stock) it (?P<when>(?:falls|does not fall) short .+?)"
    r"(; if nothing replaces the product, (?P<who>.+) loses? most real income in the first year, "
    r"(?P<change>\S+) %( \((?P<band>.+)\))?)?\. Data of (?P<years>\d{4}( to \d{4})?)\."
)
ALONE = re.compile(
    r"Alone, (?P<who>.+) could make (?P<alone>\S+) % of the world's normal output of this chain "
    r"\((?P<more>\S+)( %)?.* with every unnamed supplier on its side\)(, weakest at (?P<weak>.+))?; "
    r"(?P<set>losing .+ is|no small set of countries is) enough to bring the chain down to (?P<target>\S+) % or less\."
)
COUNTRIES = {"CHN": "China", "JPN": "Japan", "USA": "the United States"}
BOUGHT = {
    "stock": r"users hold (\S+) days of it",
    "rebuild": r"plants stand elsewhere after (\S+) days",
}


def number(text: str) -> float:
    """A number as written; one without three digits and a true minus is none."""
    assert re.fullmatch(r"[−+]?[\d,]*\.?\d+", text), text
    return float(text.replace("−", "-").replace(",", ""))


def says(text: str, value: float) -> bool:
    """Whether a number as written is this one, to three digits."""
    return math.isclose(number(text), value, rel_tol=0.0051, abs_tol=1e-7)


def is_band(text: str, low: float, high: float) -> bool:
    """Whether these are the ends, the lower first; nothing is written where they are one number."""
    if not text:
        return math.isclose(low, high, rel_tol=0.01)
    return all(map(says, text.removesuffix(" %").split(" to "), (low, high)))


def numbers_by_head(page: Report) -> dict[str, Number]:
    heads = {n.head: n for n in page.numbers}
    assert len(heads) == len(page.numbers)
    return heads


def world(seed: int) -> tuple[SupplyChain, np.random.Generator]:
    """A made-up chain; some stages make tools, some have no known stock or rebuilding, bases differ."""
    rng = np.random.default_rng(seed)
    drawn = draw_chain(rng)
    stages = []
    for s in drawn.stages:
        days = {k: None if rng.random() < 0.4 else getattr(s, k) for k in ("stock", "rebuild")}
        tool = s.id not in drawn.final and rng.random() < 0.3
        basis = str(rng.choice(["plant", "capacity", "headquarters"]))
        stages.append(replace(s, capital=bool(tool), basis=basis, year=2024, **days))
    return replace(drawn, stages=tuple(stages)), rng


def made_by(chain: SupplyChain, members: Sequence[str]) -> dict[str, float]:
    """Stages with country data -> share of members, %, the lowest first."""
    of = {s.id: 100 * sum(s.shares.get(m, 0.0) for m in members) for s in chain.stages if s.shares}
    return dict(sorted(of.items(), key=lambda one: one[1]))


def left_without(chain: SupplyChain, lost: Sequence[str]) -> float:
    named = [c for c in lost if c in chain.countries]
    return 100 * best_output(chain, (Outage(tuple(named)),) if named else ())


def check_countries(page: Report, chain: SupplyChain, target: float) -> None:
    """Whose loss costs most, and the smallest sets, by trying each."""
    alone = {c: left_without(chain, [c]) for c in chain.countries}
    heads = numbers_by_head(page)
    (costly,) = [h for h in heads if h.startswith("Without ")] or [None]
    if costly:
        (code,) = [c for c, name in COUNTRIES.items() if costly == f"Without {name}"]
        assert alone[code] == pytest.approx(min(alone.values()), abs=1e-6)
        assert says(heads[costly].value.removesuffix(" %"), alone[code])
        assert heads[costly].note.startswith("of normal output left; no other country's loss")
    fewest = heads[f"Fewest countries whose loss leaves {100 * target:g} % or less"]
    sizes = {
        size: [
            s for s in combinations(chain.countries, size) if left_without(chain, s) <= 100 * target
        ]
        for size in range(1, len(chain.countries) + 1)
    }
    size = next((size for size, sets in sizes.items() if sets), None)
    if size is None:
        assert fewest.value == "none"
        assert fewest.note.startswith("No set")
        return
    told = fewest.note.split("; or ")
    assert fewest.value == str(size)
    expected = {
        re.sub(" and (?=.* and )", ", ", " and ".join(COUNTRIES[c] for c in s)) for s in sizes[size]
    }
    assert len(told) == len(expected) <= 3
    assert set(told) == expected


@pytest.mark.parametrize("seed", range(16))
def test_the_first_screen_of_a_cut_is_what_another_programme_finds(seed):
    chain, _ = world(seed)
    part, stages = (1.0, 0.5)[seed % 2], [(), ("s1",)][seed % 3 == 0]
    fields = {"stage": stages} if stages else {}
    if seed % 4 == 3:
        fields["buyers"] = "JPN"
    asked = Chain(name="x", cut="CHN", share=part, trusted="USA", as_of=DAY, **fields)
    answer = asked._of(chain, Desk(today=DAY))
    page, found = report(answer), answer.findings
    cut = Outage(("CHN",), stages, ("JPN",) if "buyers" in fields else (), part)
    left = 100 * best_output(chain, (cut,))
    lead = CUT.fullmatch(page.lead)
    assert lead
    amount = "all supply" if part == 1 else "50 % of the supply"
    of = " of S1" if stages else ""
    to = " to Japan" if "buyers" in fields else ""
    assert lead["what"] == f"{amount}{of} from China{to}"
    assert page.title == f"Test: {lead['what']} cut"
    understood = lead["what"].replace("all", "All", 1) if part == 1 else lead["what"]
    own = "" if "buyers" in fields else ", for its own users too"
    assert page.understood[0].startswith(f"{understood} is cut at once and for good{own}; ")
    assert says(lead["left"], left)
    limits = [id for id, value in found.along("limits_output", "item").items() if value]
    held = (lead["held"] or "").lower().split(", then ") if limits else []
    assert sorted(held) == sorted(limits)
    least = found.along("feasible_output", "item")
    assert [least[id] for id in held] == sorted(least[id] for id in limits)
    assert bool(lead["long"]) == any(s.capital for s in chain.stages if s.id in limits)
    stocks = [s.stock for s in chain.stages if s.stock is not None]
    assert lead["stocks"].startswith("with the" if stocks else "without")
    path = {int(day): value for day, value in found.along("output_over_time", "point").items()}
    first = next((day for day, value in path.items() if value < 99), None)
    when = {None: "not within 720 days", 0: "at once"}.get(first, f"after {first} days")
    falls = "does not fall short within 720 days" if first is None else f"falls short {when}"
    assert lead["when"] == falls
    heads = numbers_by_head(page)
    assert says(heads["Output left"].value.removesuffix(" %"), left)
    start, *mean = heads["Output left"].note.split("; the mean of ")
    assert start == "of normal, before stocks and rebuilding"
    assert bool(mean) == (len(chain.final) > 1)
    each = [number(x) for x in re.findall(r"S\d (\S+) %", "".join(mean))]
    assert len(each) in (0, len(chain.final))
    assert not each or sum(each) / len(each) == pytest.approx(left, rel=0.006, abs=1e-6)
    assert heads["Falls short"].value == when
    begin, end, known, many = re.fullmatch(
        r"(\S+) % of normal at first, (\S+) % at the end; stocks are known at (\d) of (\d) stages",
        heads["Falls short"].note,
    ).groups()
    assert says(begin, path[0])
    assert says(end, path[690])
    assert (int(known), int(many)) == (len(stocks), len(chain.stages))
    lost = re.fullmatch(r"(?:all|(\S+) of) 720 days' worth", heads["Output lost"].value)
    assert says(lost[1] or "720", sum(30 * (1 - x / 100) for x in path.values()))
    assert heads["Output lost"].note == "of normal output, over the 720 days after the cut"
    who = "Japan" if "buyers" in fields else "the United States"
    for id, value in found.along("group_output_left", "item").items():
        assert says(heads[f"Left to {who}: {id.upper()}"].value.removesuffix(" %"), value)
    check_countries(page, chain, 0.5)
    if not limits:
        assert "What is left makes all of it" in page.why or "takes nothing away" in page.why
        return
    share, id, about = re.fullmatch(
        r"Every input is needed in proportion, and China makes (\S+) % of S(\d)(.*)", page.why
    ).groups()
    at = {s.id: s for s in chain.stages}[f"s{id}"]
    assert at.id in limits
    assert says(share, max(100 * {s.id: s for s in chain.stages}[k].share("CHN") for k in limits))
    assert says(share, 100 * at.share("CHN"))
    assert about.startswith(" (2024)")
    assert ("which Japan may not buy" in about) == ("buyers" in fields)
    assert ("of which 50 % is cut" in about) == (part == 0.5)
    for key, pattern in BOUGHT.items():
        days, told = getattr(at, key), re.search(pattern, about)
        assert bool(told) == (days is not None and (days > 0 or key == "rebuild"))
        assert not told or says(told[1], days)


@pytest.mark.parametrize("seed", range(16, 32))
def test_the_first_screen_of_a_group_is_what_another_programme_finds(seed):
    chain, rng = world(seed)
    members = [["USA"], ["JPN", "USA"]][seed % 2]
    target = float(rng.choice([0.5, 0.25, 0.8]))
    asked = Chain(name="x", trusted=tuple(members), target=target, as_of=DAY)
    page = report(asked._of(chain, Desk(today=DAY)))
    others = tuple(c for c in COUNTRIES if c not in members)
    gone = {(s.id, OTHER): -s.share(OTHER) * (1 + s.spare) for s in chain.stages}
    alone = 100 * best_output(chain, (Outage(others),), gone)
    together = 100 * best_output(chain, (Outage(others),))
    lead, heads = ALONE.fullmatch(page.lead), numbers_by_head(page)
    who = " and ".join(COUNTRIES[m] for m in members)
    assert lead["who"] == who
    assert says(lead["alone"], alone)
    assert lead["more"] == "as" if says(lead["alone"], together) else says(lead["more"], together)
    assert says(heads[f"Output of {who} alone"].value.removesuffix(" %"), alone)
    told = re.fullmatch(
        r"of normal; (\S+) % with every unnamed supplier", heads[f"Output of {who} alone"].note
    )
    assert says(told[1], together)
    held = made_by(chain, members)
    weak = re.findall(r"(S\d) \((\S+) %\)", lead["weak"] or "")
    assert len(weak) == min(3, len(held))
    for (name, share), lowest in zip(weak, held.values(), strict=False):
        assert says(share, lowest)
        assert says(share, held[name.lower()])
    more = heads[f"Stages of which {who} makes more than half"]
    assert more.value == f"{sum(x > 50 for x in held.values())} of {len(held)}"
    if held:
        lowest = next(iter(held.values()))
        (weakest,) = [h for h in heads if h.startswith("Weakest stage: ")]
        assert held[weakest.removeprefix("Weakest stage: ").lower()] == pytest.approx(lowest)
        assert says(heads[weakest].value.removesuffix(" %"), lowest)
        assert heads[weakest].note == f"made by {who}, the least of all stages"
        why = re.search(rf": of (S\d) {who} makes (\S+) %(?:, (.+) (\S+) %)?\.$", page.why)
        at = {s.id: s for s in chain.stages}[why[1].lower()]
        assert says(why[2], held[at.id])
        rest = {c: 100 * at.share(c) for c in others if at.share(c)}
        assert bool(why[3]) == bool(rest)
        assert not rest or says(why[4], max(rest.values()))
        assert not rest or says(why[4], rest[{n: c for c, n in COUNTRIES.items()}[why[3]]])
    assert says(lead["target"], 100 * target)
    sets = heads[f"Fewest countries whose loss leaves {100 * target:g} % or less"]
    none = sets.value == "none"
    expected = (
        "no small set of countries is" if none else f"losing {sets.note.split('; or ')[0]} is"
    )
    assert lead["set"] == expected
    check_countries(page, chain, target)


@pytest.mark.parametrize("seed", range(32, 38))
def test_what_shares_count_of_when_and_what_counts_as_safe_is_said(seed):
    chain, _ = world(seed)
    text = " ".join(report(Chain(name="x", trusted="USA", as_of=DAY)._of(chain, Desk())).understood)
    phrases = {
        "plant": "by place of production",
        "headquarters": "by headquarters of the firm, not by place of its plants",
        "capacity": "of capacity, not of output",
    }
    for basis, said in phrases.items():
        many = sum(s.basis == basis and s.shares is not None for s in chain.stages)
        assert (f"{said} ({many} of {len(chain.stages)} stages)" in text) == bool(many)
    assert "Data of 2024." in text
    safe = re.search(
        r"so that no cut reaches them, only their inputs: (\d) of (\d) stages \((.+?)\)", text
    )
    assert bool(safe) == bool(chain.unknown)
    if safe:
        assert int(safe[1]) == len(chain.unknown)
        assert set(re.split(r", | and ", safe[3])) == {id.upper() for id in chain.unknown}
    tools = re.search(r"users keep for years: (\d) of \d stages", text)
    assert (int(tools[1]) if tools else 0) == len(chain.capital)
    assert not tools or "Output left counts them, as in the long run" in text


def test_the_sentences_say_what_the_closed_form_says(own, desk):
    """30 % of ore is left: a stock of 42 days lasts 42 / 0.7 = 60 days, so the third month is the first short one."""
    page = report(Chain(name=own, cut="CHN", stage="ore", trusted="JPN").answered(desk))
    assert page.lead == (
        "If all supply of ore from China were cut, the chain would make 30.0 % of its normal output, held back by ore; "
        "with the stocks that are known it falls short after 60 days. Data of 2022 to 2024."
    )
    heads = numbers_by_head(page)
    assert heads["Output lost"].value == "210 of 720 days' worth", "300 days at 70 %, then rebuilt"
    assert heads["Left to Japan: metal"].value == "30.0 %"
    assert heads["Falls short"].note.startswith("100 % of normal at first, 100 % at the end")
    assert page.why == (
        "Every input is needed in proportion, and China makes 70.0 % of ore (2022); users hold 42.0 days of it, and plants "
        "stand elsewhere after 360 days."
    )
    assert "1 of 3 stages (alloy)" in " ".join(page.understood)
    assert "Data of 2022 to 2024." in " ".join(page.understood)
    drawn = {row["x"]: row["value"] for row in page.drawn.picture.spec["data"]["values"]}
    assert (drawn[30], drawn[60], drawn[330], drawn[360], drawn[720]) == pytest.approx(
        (100, 30, 30, 100, 100)
    )
    (row,) = [row for row in page.screen.rows if row["stage"] == "Ore"]
    assert row["Days of cover, days"] == pytest.approx(60)
    left = [row["Still feasible, % of normal"] for row in page.screen.rows]
    assert left == sorted(left)
    assert [row["stage"] for row in page.screen.rows if row["limits output"]] == ["Ore"]


def test_pictures_and_tables_show_findings_the_weakest_stage_first():
    for seed in range(38, 46):
        chain, _ = world(seed)
        page = report(Chain(name="x", trusted="USA", as_of=DAY)._of(chain, Desk(today=DAY)))
        held = made_by(chain, ["USA"])
        rows = page.drawn.picture.spec["data"]["values"]
        assert [row["value"] for row in rows] == pytest.approx(list(held.values()))
        assert all(says(row["text"].removesuffix(" %"), held[row["label"].lower()]) for row in rows)
        assert page.drawn.picture.rows[0].keys() >= {
            "Share of the United States in world output, %"
        }
        table = [row for row in page.screen.rows if row["Share of the group, %"] is not None]
        assert [row["Share of the group, %"] for row in table] == pytest.approx(list(held.values()))
        for row in page.screen.rows:
            at = {s.id: s for s in chain.stages}[row["stage"].lower()]
            largest = max(at.shares.values()) if at.shares else None
            assert row["Share of output, %"] == (largest and pytest.approx(100 * largest))
        figures = {figure.name: figure for figure in page.drawn.figures}
        for row in figures["flow"].rows:
            at = {s.id: s for s in chain.stages}[row["stage"].lower()]
            others = 100 * sum((at.shares or {}).values()) - held.get(at.id, 0.0)
            parts = {"the United States": held.get(at.id, 0.0), "others": others}
            expected = parts.get(row["kind"], 100 * at.share(OTHER))
            assert row["Share, %"] == pytest.approx(expected, abs=1e-9)
        for row in figures["single-cuts"].rows if "single-cuts" in figures else ():
            name, stage = row["Country"].replace("United States", "the United States"), row["Stage"]
            (code,) = [c for c, n in COUNTRIES.items() if n == name]
            where = () if stage == "Every stage" else (stage.lower(),)
            left = 100 * best_output(chain, (Outage((code,), where),))
            assert row["Change of output, % of normal"] == pytest.approx(left - 100, abs=1e-6)
            assert row["Change of output, % of normal"] < 0


def test_the_flow_has_every_stage_once_and_marks_what_limits(own, desk):
    page = report(Chain(name=own, trusted="JPN", cut="CHN").answered(desk))
    flow = next(figure.spec for figure in page.drawn.figures if figure.name == "flow")
    _, _, frames, texts = (layer["data"]["values"] for layer in flow["layer"])
    names = [" ".join(row["text"]) for row in texts]
    assert [name for name in names if name in ("Ore", "Alloy", "Metal")] == [
        "Ore",
        "Alloy",
        "Metal",
    ]
    assert [row["stroke"] > 1 for row in frames] == [True, False, False], "ore limits the output"


@pytest.fixture(scope="module")
def answer(own, desk) -> Answer:
    return Chain(name=own, trusted="JPN", days=720, **LINK).answered(desk)


def test_the_first_year_in_the_equilibrium_is_told_by_its_largest_losses(answer):
    page, heads = report(answer), [n for n in report(answer).numbers if "Real income" in n.head]
    readings = {
        "rationed": "nothing replaces the product",
        "substituted": "other inputs replace it",
        "at_source": "its sellers lose plants or may not sell",
    }
    names = {"CHN": "China", "JPN": "Japan", "AUS": "Australia"}
    for reading, said in readings.items():
        found = {
            row["region"]: row
            for row in answer.findings.select(
                "real_income", scenario=reading, elasticities=None
            ).rows()
        }
        spoken = [n for n in heads if said in n.note]
        worst = min(found, key=lambda region: found[region]["value"])
        rest = min((r for r in found if r != "CHN"), key=lambda region: found[region]["value"])
        whose = [f"Real income of {names[r]}" for r in dict.fromkeys([worst, rest])]
        assert [n.head for n in spoken] == whose
        for n, region in zip(spoken, dict.fromkeys([worst, rest]), strict=True):
            row = found[region]
            assert says(n.value.removesuffix(" %"), row["value"])
            assert is_band(n.band, row["low"], row["high"])
            assert n.note.startswith("short run, about the first year; the largest loss")
            assert ("of those that are not cut" in n.note) == (region != worst)
        if reading == "rationed":
            lead = CUT.fullmatch(page.lead)
            assert lead["who"] == names[worst]
            its = found[worst]
            assert its["value"] < 0
            assert says(lead["change"], -its["value"]), "the verb has the sign"
            if its["high"] < 0:
                assert is_band(lead["band"] or "", -its["high"], -its["low"])
            else:
                assert is_band(
                    lead["band"].removesuffix("; sign not known"), its["low"], its["high"]
                )
    text = " ".join(page.understood)
    assert "short run (about the first year)" in text
    assert "a minus is a loss" in text
    (section,) = [s for s in page.drawn.sections if s.name == "equilibrium"]
    rows = {(row["region"], row["reading"]): [*row.values()][2:] for row in section.table.rows}
    for row in answer.findings.select("real_income", elasticities=None).rows():
        shown = rows[names[row["region"]], row["scenario"].replace("_", " the ")]
        assert shown == [row["value"], row["low"], row["high"]]
    heads = ["Real income, %", "lowest, %", "highest, %"]
    assert [*section.table.rows[0]][2:] == heads
    assert [row[heads[0]] for row in section.table.rows] == sorted(
        shown[0] for shown in rows.values()
    )
    said = " ".join(section.text)
    assert "Metal, used by computers: 40.0 %." in said
    assert "Ore, sold by computers: 30.0 %." in said
    assert not re.search("C26|at_source|JPN|CHN", " ".join([*page.sentences, said]))


def test_what_nobody_states_makes_a_loss_look_larger_and_who_is_unnamed_smaller():
    """As the page says: with spare capacity more is left; with the unnamed named and lost too, less."""
    chain = chain_of(
        stage("ore", shares={"CHN": 0.5, "JPN": 0.3}), stage("metal", ["ore"], {"JPN": 1.0})
    )
    spare = replace(chain, stages=(replace(chain.stages[0], spare=0.2), chain.stages[1]))
    named = replace(
        chain, stages=(replace(chain.stages[0], shares={"CHN": 0.7, "JPN": 0.3}), chain.stages[1])
    )
    plain, more, less = (left_without(c, ["CHN"]) for c in (chain, spare, named))
    assert less < plain < more
    text = " ".join(report(Chain(name="x", trusted="USA", as_of=DAY)._of(chain, Desk())).understood)
    none, unnamed = re.search("count as none, which makes a loss look (.+?); (.+)", text).groups()
    assert none == "larger"
    assert "cannot be cut, which makes it look smaller" in unnamed


def test_what_leads_a_chain_file_leads_its_page():
    chain, _ = world(1)
    chain = replace(chain, notes=(Note("licence", "Not for commercial use.", leads=True),))
    page = report(Chain(name="x", trusted="USA", as_of=DAY)._of(chain, Desk(today=DAY)))
    assert page.sentences[0] == "Beware: Not for commercial use."


def test_the_list_has_titles_stages_and_years_in_words():
    text = (Path(__file__).resolve().parents[2] / "docs" / "chains.md").read_text(encoding="utf-8")
    page = report(Chain().answered(Desk()))
    assert page.lead.startswith(f"{len(packaged_chains())} supply chains")
    rows = {row["chain"]: row for row in page.screen.rows}
    assert tuple(rows) == packaged_chains()
    for name, row in rows.items():
        chain = load_chain(name)
        years = sorted({s.year for s in chain.stages if s.year})
        first, last = years[0], years[-1]
        assert row["title"] == chain.title
        assert (row["Stages"], row["Stages with country data"]) == (
            len(chain.stages),
            len(chain.stages) - len(chain.unknown),
        )
        assert row["data of"] == (f"{first} to {last}" if first != last else f"{first}")
        told = rf"\| `{name}` \| {len(chain.stages)} \| {len(chain.unknown)} \| .* \| {row['data of']} \|"
        assert re.search(told, text), "the table of docs/chains.md"
