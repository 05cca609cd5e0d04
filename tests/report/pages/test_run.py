"""Every number and every comparison on the page of a run, read off its sentences, against the outcome solved apart.

Nothing here asks the page's own code: amounts are parsed out of the words and compared with arrays of the outcome.
"""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from reports import numbers_of, unfounded
from run_world import TARIFF, case_on, small_world
from worlds import labelled_world

import paxsilica
from paxsilica.data import load_economy
from paxsilica.desk import Desk
from paxsilica.findings import Findings
from paxsilica.model import first_order
from paxsilica.names import Names
from paxsilica.questions.run import Run
from paxsilica.report.pages import report_of

BLOCS = "groups: {WEST: [USA, DEU, FRA], EAST: [IND, VNM]}"
CASES = {
    "tariff": ([TARIFF], ""),
    "agreement": (
        [
            "{id: a, kind: tariff, importer: [IND], exporter: [EUROPE], op: set, rate: 0%}",
            "{id: b, kind: tariff, importer: [EUROPE], exporter: [IND], op: set, rate: 0%}",
        ],
        "",
    ),
    "all and one": (
        [
            "{id: all, kind: tariff, importer: [USA], op: add, rate: 10%}",
            "{id: one, kind: tariff, importer: [USA], exporter: [IND], op: add, rate: 60%}",
        ],
        "",
    ),
    "blocs": (
        [
            "{id: w, kind: tariff, importer: [WEST], exporter: [EAST], op: set, rate: 90%}",
            "{id: e, kind: tariff, importer: [EAST], exporter: [WEST], op: set, rate: 80%}",
        ],
        BLOCS,
    ),
    "ban": (
        ["{id: a, kind: export_ban, exporter: [USA, DEU], importer: [IND], sector: [C26]}"],
        "",
    ),
    "own ban": (["{id: a, kind: export_ban, exporter: [FRA]}"], ""),
    "better": (
        ["{id: a, kind: productivity, region: [VNM], sector: [C26], op: set, rate: 10%}"],
        "",
    ),
    "worse": (
        ["{id: a, kind: productivity, region: [VNM], sector: [B06], op: multiply, rate: 70%}"],
        "",
    ),
    "subsidy": (["{id: a, kind: subsidy, region: [DEU], sector: [C26], op: set, rate: 10%}"], ""),
    "cheaper": (
        [
            "{id: a, kind: trade_cost, importer: [IND], exporter: [DEU], sector: [SERV], op: set, rate: -10%}"
        ],
        "",
    ),
    "dearer": (["{id: a, kind: trade_cost, op: add, rate: 10%}"], ""),
    "export tax": (
        [
            "{id: a, kind: export_tax, exporter: [VNM], importer: [USA], sector: [B06], op: set, rate: 30%}"
        ],
        "",
    ),
    "list": (
        [
            "{id: u, kind: tariff, importer: [USA], exporter: [EUROPE], sector: [goods], op: add, rate: 20%}",
            "{id: r, kind: tariff, importer: [EUROPE], exporter: [USA], sector: [C26], op: add, rate: 25%}",
            "{id: s, kind: tariff, importer: [EUROPE], exporter: [USA], sector: [B06], op: add, rate: 10%}",
        ],
        "",
    ),
    "quota": (
        [
            "{id: q, kind: tariff_quota, importer: [USA], exporter: [IND], sector: [C26], op: add, quota: 70%, "
            "within: 0%, beyond: 60%}"
        ],
        "",
    ),
    "lost": (["{id: l, kind: capacity_loss, region: [VNM], sector: [C26], share: 20%}"], ""),
    "sum": (["{id: s, kind: subsidy, region: [DEU], sector: [C26], amount: 9 billion USD}"], ""),
    "cap": (
        [
            "{id: c, kind: price_cap, importer: [EUROPE], exporter: [VNM], sector: [B06], price: 60 USD/bbl, "
            "market: 80 USD/bbl}"
        ],
        "",
    ),
}
TERMS = ("terms_of_trade", "volume_of_trade", "technology", "transfers")
NUMBER = r"[+−]?[\d,]*\.?\d+"
SIZES = {"trillion": 1e6, "billion": 1e3, "million": 1.0, "thousand": 1e-3}
CHANNELS = {
    "a unit of exports buys fewer imports": ("terms_of_trade", -1),
    "a unit of exports buys more imports": ("terms_of_trade", 1),
    "trade and production shift to dearer sources": ("shift", -1),
    "trade grows that taxes had held back": ("shift", 1),
    "buyers and producers adjust around it": ("shift", 1),
    "buyers shift to what became cheaper": ("shift", 1),
    "the assumed rule for trade balances moves income": ("rule", 0),
    "resources are wasted by lower productivity": ("technology", -1),
    "resources are saved by higher productivity": ("technology", 1),
    "resources are saved by lower barriers": ("technology", 1),
    "resources are wasted by barriers": ("technology", -1),
    "more must be paid or lent abroad": ("transfers", -1),
    "less must be paid or lent abroad": ("transfers", 1),
}
"""What each phrase claims: which term, and its sign, where it has one."""


@cache
def world(seed: int = 7):
    e = small_world()
    return e if seed == 7 else labelled_world(seed, e.about, 1e5)


@cache
def run(name: str, seed: int = 7, horizon: str = "long_run"):
    measures, extra = CASES[name]
    return case_on(world(seed), *measures, extra=extra, horizon=horizon)


@cache
def ranged(name: str, seed: int):
    """The case with made-up ranges around its numbers, some of which have both signs, and its page."""
    case, rng = run(name, seed), np.random.default_rng(seed)
    blocks = []
    for b in case.answer.findings.blocks:
        room = np.abs(b.value) * rng.uniform(0.1, 1.6, (2, *b.value.shape))
        blocks.append(b if b.detail else replace(b, low=b.value - room[0], high=b.value + room[1]))
    scenario = {
        **case.answer.attachments["scenario"],
        "sets": 9,
        "over": "9 sets of trade elasticities",
    }
    attachments = {**case.answer.attachments, "scenario": scenario}
    answer = replace(case.answer, findings=Findings(tuple(blocks)), attachments=attachments)
    return case, answer, report_of(answer)


every = pytest.mark.parametrize(
    ("name", "seed"), [(name, seed) for name in CASES for seed in (7, 11)]
)


def plain(text: str) -> float:
    return float(text.replace("−", "-").replace(",", ""))


def amounts(text: str) -> list[float]:
    """Millions, of `USD −9.34 billion`."""
    found = re.findall(rf"USD ({NUMBER})(?: (\w+))?", text)
    return [plain(x) * SIZES.get(unit, 1e-6 if plain(x) else 1.0) for x, unit in found]


def close(shown: float, exact: float) -> bool:
    """Equal to the three digits that are shown, sign and unit included."""
    return shown == pytest.approx(exact, rel=0.006, abs=1e-9)


def members(case, key: str) -> list[int]:
    parties = {p["key"]: p["regions"] for p in case.answer.attachments["actors"]["parties"]}
    e = case.outcome.economy
    of = e.regions if key == "world" else parties.get(key, (key,))
    return [e.regions.index(region) for region in of]


def changes(case, key: str) -> dict[str, float]:
    """Of one party, straight from the arrays of the outcome."""
    o, at = case.outcome, members(case, key)
    e, terms = o.economy, first_order(o)
    income = e.income[at].sum()
    lent = ((o.deficit / o.consumer_price - e.deficit)[at]).sum()
    earned = o.labour_income + o.treasury
    return {
        "real_income": 100 * ((o.real_income - 1) * e.income)[at].sum() / income,
        "money": ((o.real_income - 1) * e.income)[at].sum(),
        "real_earned_income": 100
        * ((earned / o.consumer_price - e.gdp)[at].sum() / e.gdp[at].sum()),
        "transfer_effect": 100 * lent / income,
        **{k: 100 * (x * e.income)[at].sum() / income for k, x in vars(terms).items()},
    }


def lent_hides(of: dict[str, float]) -> bool:
    return abs(of["transfer_effect"]) > max(0.1 * abs(of["real_income"]), 0.1)


def leads(case) -> list[str]:
    return [p["key"] for p in case.answer.attachments["actors"]["parties"]][:3]


# ---- the first sentence ------------------------------------------------------------------------

EFFECT = re.compile(
    r"(real income) of ((?:(?!real income of).)+?) "
    rf"(?:(rises|falls|may rise or fall)(?: by ({NUMBER}) %)?|does not change)( \((?:[^()]|\(\d+ regions\))*\))?"
)


@every
def test_the_first_sentence_says_who_loses_what(name, seed):
    case, answer, page = ranged(name, seed)
    effects = EFFECT.findall(page.lead)
    assert len(effects) == len(leads(case)), page.lead
    for key, (what, who, moves, size, more) in zip(leads(case), effects, strict=True):
        of = changes(case, key)
        assert what == "real income"
        exact, row = of["real_income"], answer.findings.row("real_income", region=key)
        ends = [row["low"], row["high"]]
        if unsure := ends[0] < 0 < ends[1]:
            assert (moves, size) == ("may rise or fall", "")
            size, more = re.match(rf" \(({NUMBER}) %; (.*)", more).groups()
            assert close(plain(size), exact)
            more = f" ({more}"
        else:
            assert moves == ("rises" if exact > 0 else "falls")
            assert close(plain(size), abs(exact)), (size, exact)
        names = {case.outcome.economy.regions[n] for n in members(case, key)}
        if len(names) == 1:
            assert who == Names(case.outcome.economy).say_region(*names)
        low, high = map(plain, re.match(rf" \(({NUMBER}) to ({NUMBER}) %", more).groups())
        if not unsure:  # behind a verb a band has no sign of its own
            ends = sorted(map(abs, ends))
        assert close(low, ends[0]), page.lead
        assert close(high, ends[1]), page.lead
        assert ("the assumed rule" in more) == lent_hides(of)
        if lent_hides(of):
            size = re.search(rf"({NUMBER}) % by the assumed rule for trade balances", more)[1]
            assert close(plain(size), of["transfer_effect"])
    assert page.lead.count(". ") == 0
    assert page.lead.endswith("; ranges over 9 sets of trade elasticities.")


@every
def test_the_hardest_hit_party_leads_and_most_of_the_world_is_last(name, seed):
    case = run(name, seed)
    crowd = [len(members(case, key)) > 3 for key in leads(case)]
    assert crowd == sorted(crowd)
    small = [changes(case, k)["real_income"] for k in leads(case) if len(members(case, k)) <= 3]
    assert small == sorted(small)


@every
def test_the_first_sentence_names_who_loses_most_of_all_where_that_is_no_party(name, seed):
    case = run(name, seed)
    welfare = case.outcome.welfare
    worst = welfare.idxmin()
    told = re.search(r"; ([^;]+) loses most of all, ([\d.]+) %", case.report.lead)
    assert bool(told) == (worst not in leads(case) and welfare[worst] < 0)
    if told:
        assert told[1].removeprefix("the ") == case.outcome.economy.region_name(worst)
        assert close(plain(told[2]), -welfare[worst])


def test_what_the_author_left_out_stands_on_the_first_screen():
    extra = "not_modelled: [what it is, who pays]"
    page = case_on(world(), CASES["tariff"][0][0], extra=extra).report
    assert "Not modelled: what it is; who pays." in page.understood
    assert not [line for line in run("tariff").report.understood if "Not modelled" in line]


def test_the_first_sentence_says_who_does_what_to_whom():
    lead = run("tariff").report.lead
    assert lead.startswith("The United States sets its tariff on goods from India to 50 %: in the ")
    both = run("agreement").report.lead
    assert (
        "India sets its tariff on all goods and services from Germany and France to 0 %" in both
        or ("from EUROPE (2 regions) to 0 %" in both)
    )
    told = run("list").report.lead
    assert told.startswith("The United States adds 20 percentage points to its tariff on goods ")
    assert "add between 10 and 25 percentage points to their tariff on " in told
    for name in CASES:
        assert " The " not in run(name).report.lead.split(":")[0][1:]


def test_without_ranges_none_are_told():
    page = run("tariff").report
    assert "range" not in page.lead
    assert not any(number.band for number in page.numbers)
    assert "No ranges: one set of trade elasticities alone was used" in " ".join(page.understood)


@pytest.mark.parametrize("name", ["tariff", "ban", "better"])
def test_the_horizon_of_every_sentence_is_that_of_the_run(name):
    for horizon, other in (("long_run", "short run"), ("short_run", "long run")):
        page = run(name, horizon=horizon).report
        said = horizon.replace("_", " ")
        assert f"in the {said} " in page.lead
        texts = [*page.sentences, *(t for s in page.drawn.sections for t in s.text)]
        notes = [str(f.spec["title"]) for f in page.drawn.figures]
        assert any(said.capitalize() in line for line in page.understood)
        wrong = [t for t in (*texts, *notes) if re.search(rf"\b{other}\b", t, re.IGNORECASE)]
        assert not wrong
        assert all(said in note for note in notes)


# ---- the numbers -------------------------------------------------------------------------------


@cache
def people() -> dict[str, float]:
    path = Path(paxsilica.__file__).parent / "data" / "packaged" / "population.csv"
    with path.open(encoding="utf-8") as file:
        return {row["country"]: float(row["2022"] or "nan") for row in csv.DictReader(file)}


@every
def test_income_stands_in_per_cent_in_money_and_per_person(name, seed):
    case, answer, page = ranged(name, seed)
    shown = [number for number in page.numbers if number.head.startswith("Real income of ")]
    e, o = case.outcome.economy, case.outcome
    assert len(shown) == min(2, len(leads(case)))
    for key, number in zip(leads(case), shown, strict=False):
        of = changes(case, key)
        assert number.value.endswith(" %")
        assert close(plain(number.value[:-2]), of["real_income"])
        money, *per_person = number.note.split("; ")
        assert " a year" in money
        assert close(amounts(money)[0], of["money"])
        band = re.search(rf"\(({NUMBER}) (\w+) to ({NUMBER}) (\w+)\)", money).groups()
        row = answer.findings.row("real_income_money", region=key)
        assert close(plain(band[0]) * SIZES[band[1]], row["low"])
        assert close(plain(band[2]) * SIZES[band[3]], row["high"])
        regions = [e.regions[n] for n in members(case, key)]
        assert bool(per_person) == all(region in people() for region in regions)
        if per_person:
            each = of["money"] / sum(people()[region] for region in regions)
            assert close(plain(re.match(rf"USD ({NUMBER}) per person", per_person[0])[1]), each)
        alone = [e.regions[n] for n in members(case, key)] if len(regions) == 1 else []
        worst, best = (e.regions[at(o.real_income)] for at in (np.argmin, np.argmax))
        assert ("the largest loss" in number.head) == (alone == [worst] and min(o.real_income) < 1)
        assert ("the largest gain" in number.head) == (alone == [best] and max(o.real_income) > 1)


@every
def test_who_loses_and_who_gains_most_of_all_is_told(name, seed):
    case = run(name, seed)
    welfare = case.outcome.welfare
    expected = {}
    for word, code in (("loss", welfare.idxmin()), ("gain", welfare.idxmax())):
        if (welfare[code] < 0) == (word == "loss") and code not in leads(case)[:2]:
            expected[word] = (case.outcome.economy.region_name(code), welfare[code])
    found = [n for n in case.report.numbers if n.head.endswith(" of 6 regions in per cent")]
    assert len(found) == len(expected)
    for number, (word, (who, exact)) in zip(found, expected.items(), strict=True):
        assert number.head == f"{who}, the largest {word} of 6 regions in per cent"
        assert close(plain(number.value.removesuffix(" %")), exact)


def heaviest(case) -> list[dict]:
    return case.answer.attachments["actors"]["flows"]


def hit(case, flow) -> np.ndarray:
    """`[n, i, j]` the cells of a flow that the shock changes."""
    o = case.outcome
    e, s = o.economy, o.shock
    changed = (
        (s.tariffs != e.tariffs) | (s.trade_cost != 1) | (s.permitted != 1) | (s.export_tax != 0)
    )
    box = np.zeros(e.flows.shape, dtype=bool)
    box[np.ix_(members(case, flow["importer"]), members(case, flow["exporter"]))] = True
    home = np.eye(len(e.regions), dtype=bool)[:, :, None]
    return box & changed & ~home & (e.flows > 0)


@every
def test_tariffs_are_means_at_the_trade_of_the_baseline(name, seed):
    case = run(name, seed)
    e, after = case.outcome.economy, case.outcome.shock.tariffs
    shown = [n for n in case.report.numbers if n.head.startswith("Tariff of ")]
    expected = []
    for flow in heaviest(case)[:2]:
        cells = hit(case, flow)
        rates = [100 * np.average(t[cells], weights=e.flows[cells]) for t in (e.tariffs, after)]
        if name != "cap" and rates[0] != pytest.approx(rates[1]):
            expected.append(rates)
    assert len(shown) == len(expected)
    for number, rates in zip(shown, expected, strict=True):
        told = re.fullmatch(rf"({NUMBER}) → ({NUMBER}) %", number.value).groups()
        assert close(plain(told[0]), rates[0])
        assert close(plain(told[1]), rates[1])


@every
def test_revenue_is_what_is_collected_before_and_after(name, seed):
    case = run(name, seed)
    o = case.outcome
    e, s = o.economy, o.shock
    taxing = {
        n
        for n, moved in enumerate((s.tariffs != e.tariffs).any((1, 2)))
        if moved or s.subsidy[n].any() or (s.export_tax[:, n] != 0).any()
    }
    gate = o.flows / (1 + s.export_tax)
    books = (s.tariffs * o.flows).sum((1, 2)) + (s.export_tax * gate).sum((0, 2))
    books -= (s.subsidy / (1 - s.subsidy) * gate.sum(0)).sum(1)
    beyond = s.subsidy.any() or s.export_tax.any()
    collected = ("Tariff revenue of ", "Tariffs and export taxes less subsidies of ")
    shown = [n for n in case.report.numbers if n.head.startswith(collected)]
    expected = [members(case, k) for k in leads(case) if taxing & set(members(case, k))][:2]
    assert len(shown) == len(expected)
    for number, at in zip(shown, expected, strict=True):
        assert number.head.startswith("Tariffs and export taxes less" if beyond else "Tariff rev")
        before, after = amounts(number.value)
        assert close(before, (e.tariffs * e.flows).sum((1, 2))[at].sum())
        assert close(after, books[at].sum())


@every
def test_the_flow_that_is_hit_stands_in_volume_with_its_value(name, seed):
    case, _, page = ranged(name, seed)
    o = case.outcome
    e, s = o.economy, o.shock
    price = o.gate_price * (1 + s.export_tax) * np.where(np.isfinite(s.trade_cost), s.trade_cost, 1)
    shown = [n for n in page.numbers if n.head.startswith("Volume of exports of ")]
    moved = np.abs(o.flows / price - e.flows)
    moved[np.arange(len(moved)), np.arange(len(moved))] = 0
    told = [hit(case, flow) for flow in heaviest(case)[:2]] or [moved == moved.max()]
    assert len(shown) == len(told)
    for number, cells in zip(shown, told, strict=True):
        says_volume(number, cells, o, price)


def says_volume(number, cells, o, price):
    e = o.economy
    volume = 100 * ((o.flows / price)[cells].sum() / e.flows[cells].sum() - 1)
    size = re.fullmatch(rf"({NUMBER}) %", number.value)[1]
    assert number.note.startswith("in value ")
    assert close(plain(size), volume)
    before, after = amounts(number.note)
    assert close(before, e.flows[cells].sum())
    assert close(after, o.flows[cells].sum())
    low, high = re.match(rf"({NUMBER}) to ({NUMBER}) %", number.band).groups()
    assert plain(low) <= volume <= plain(high)


def test_what_is_made_at_home_is_told_by_its_output():
    for name, sector in (("worse", "B06"), ("better", "C26")):
        case = run(name)
        o, e = case.outcome, case.outcome.economy
        cell = e.regions.index("VNM"), e.sectors.index(sector)
        volume = 100 * (o.output[cell] / o.gate_price[cell] / e.output[cell] - 1)
        (number,) = (n for n in case.report.numbers if n.head.startswith("Volume of output of "))
        assert number.head.endswith(" in Viet Nam")
        assert close(plain(number.value.split(" ")[0]), volume)


# ---- why ---------------------------------------------------------------------------------------


PART = re.compile(rf"({'|'.join(CHANNELS)}|smaller causes) \(({NUMBER}) %\)")


@every
def test_the_parts_of_why_are_the_terms_and_add_up_to_the_change(name, seed):
    case = run(name, seed)
    clauses = case.report.why.rstrip(".").split("; ")
    assert len(clauses) == min(2, len(leads(case)))
    for key, clause in zip(leads(case), clauses, strict=False):
        of = changes(case, key)
        exact = of["real_income"]
        terms = {k: of[k] for k in ("terms_of_trade", "technology", "transfers")}
        if lent_hides(of):
            del terms["transfers"]
            terms["rule"] = of["transfer_effect"]
        terms["shift"] = exact - sum(terms.values())
        moved = re.search(rf"eal income of .* (rises|falls) by ({NUMBER}) %", clause)
        assert (moved[1] == "rises") == (exact > 0)
        assert close(plain(moved[2]), abs(exact))
        told = PART.findall(clause)
        if max(map(abs, terms.values())) > 30:
            assert "too large a change to be split into causes" in clause
            assert not told
            continue
        sizes = {}
        named = {CHANNELS[phrase][0] for phrase, _ in told if phrase in CHANNELS}
        left = sum(size for term, size in terms.items() if term not in named)
        assert ("smaller causes" in clause) == (abs(left) >= 0.02 * abs(exact))
        for phrase, size in told:
            term, sign = CHANNELS.get(phrase, ("rest", 0))
            part = terms.get(term, left)
            assert close(plain(size), part), clause
            assert sign * part >= 0, clause
            against = clause.index(f"{phrase} ({size} %)") > clause.find("although") > 0
            assert against == (part * exact < 0), "what goes the other way stands behind although"
            sizes[term] = plain(size)
        for way in (1, -1):
            one = [abs(size) for size in sizes.values() if size * exact * way > 0]
            assert one == sorted(one, reverse=True)
        left *= "rest" not in sizes
        most = max(map(abs, terms.values()))
        assert all(abs(x) <= 0.0501 * most for term, x in terms.items() if term not in named)
        assert sum(sizes.values()) + left == pytest.approx(exact, abs=0.01 * most)
        taxed = 2 * of["volume_of_trade"] > terms["shift"] > 0 <= of["technology"]
        assert ("taxes had held back" in clause) == (taxed and "shift" in sizes)
        if "adjust around it" in clause:
            assert of["technology"] < 0
        if "became cheaper" in clause:
            assert of["technology"] >= 0


@every
def test_why_says_where_the_sign_is_not_known(name, seed):
    case, answer, page = ranged(name, seed)
    for key, clause in zip(leads(case), page.why.rstrip(".").split("; "), strict=False):
        row = answer.findings.row("real_income", region=key)
        assert ("(sign not known)" in clause) == (row["low"] < 0 < row["high"])


def test_every_channel_is_told_on_some_page():
    """Otherwise the test above would prove nothing of these words."""
    pages = [run(name, seed).report.why for name in CASES for seed in (7, 11)]
    rare = ("more must be paid or lent abroad", "less must be paid or lent abroad")
    for phrase in set(CHANNELS) - set(rare):
        assert any(phrase in why for why in pages), phrase


def test_a_world_without_trade_deficits_is_said_wherever_a_level_stands():
    measures, _ = CASES["list"]
    lines = "".join(f"\n  - {measure}" for measure in measures)
    head = (
        "schema: paxsilica/scenario@1\ntitle: T\nbaseline: here\nassumptions: {deficits: balanced}"
    )
    desk = Desk()
    desk.warm(("here", None), world)
    page = report_of(Run(text=f"{head}\nmeasures:{lines}\n", bands=False).answered(desk))
    assert "in the long run, trade deficits removed first, real income" in page.lead
    tariffs = [n for n in page.numbers if n.head.startswith("Tariff of ")]
    assert tariffs
    assert all("trade deficits removed first" in n.note for n in tariffs)
    assert sum("deficits" in line and "removed first" in line for line in page.understood) == 2
    assert "removed first" not in " ".join(run("list").report.sentences)


def test_members_of_a_group_are_named():
    understood = run("blocs").report.understood
    (line,) = (line for line in understood if line.startswith("WEST (3 regions): "))
    told = re.split(r", | and ", line.partition(": ")[2].rstrip("."))
    assert sorted(told) == ["France", "Germany", "United States"]


# ---- what is understood, and the table of a terminal ---------------------------------------------


@every
def test_units_signs_and_valuation_are_said(name, seed):
    text = " ".join(run(name, seed).report.understood)
    assert "a loss is negative" in text
    assert "Money is USD of 2022 a year" in text
    assert "relative to world labour income" in text
    assert "2022 baseline (A small world)" in text


@every
def test_a_terminal_lists_the_largest_losses_and_then_the_largest_gains(name, seed):
    case, answer, page = ranged(name, seed)
    e, welfare = case.outcome.economy, case.outcome.welfare
    order = [*welfare[welfare < -1e-10].sort_values().index]
    order += [*welfare[welfare > 1e-10].sort_values(ascending=False).index]
    assert [row["region"] for row in page.screen.rows] == [e.region_name(code) for code in order]
    for code, row in zip(order, page.screen.rows, strict=True):
        value, low, high, money = list(row.values())[1:]
        assert value == pytest.approx(welfare[code], rel=1e-9)
        known = answer.findings.row("real_income", region=code)
        assert (low, high) == (known["low"], known["high"])
        assert low <= value <= high
        n = e.regions.index(code)
        assert money == pytest.approx((case.outcome.real_income[n] - 1) * e.income[n], rel=1e-9)
    heads = list(page.screen.rows[0])
    assert heads == [
        "region",
        "Real income, %",
        "from, %",
        "to, %",
        "Real income, million USD of 2022 a year",
    ]


def test_nothing_changes_is_said_and_nothing_else():
    page = case_on(world()).report
    assert page.lead.startswith("The scenario changes nothing, since it holds no measure: ")
    assert not page.numbers
    assert not page.why
    assert not page.screen.rows
    assert page.drawn.figures == ()
    assert not re.search(r"[−+]\d", " ".join(page.sentences))


# ---- below the first screen ----------------------------------------------------------------------


@every
def test_every_number_of_tables_and_charts_is_a_finding(name, seed):
    report = run(name, seed).report
    assert len(list(numbers_of(report))) > 100
    assert unfounded(report) == []


@every
def test_bars_show_the_outcome_in_the_unit_of_their_axis(name, seed):
    case = run(name, seed)
    e, o = case.outcome.economy, case.outcome
    figures = {figure.name: figure for figure in case.report.drawn.figures}
    of_names = {e.region_name(code): code for code in e.regions}
    for row in figures["gains-and-losses"].rows:
        assert row["Change of real income, %"] == pytest.approx(o.welfare[of_names[row["Region"]]])
    title = " ".join(figures["gains-and-losses"].spec["title"]["text"])
    gain, lose = (int((sign * o.welfare > 1e-10).sum()) for sign in (1, -1))
    assert f"{gain} region{'s gain' if gain != 1 else ' gains'}" in title
    assert f"{lose} region{'s lose' if lose != 1 else ' loses'}" in title
    for row in figures["consumer-prices"].rows:
        n = e.regions.index(of_names[row["Region"]])
        local = (
            o.consumer_price[n] / o.wage[n] if "local" in row["Measured"] else o.consumer_price[n]
        )
        assert row["Change of consumer prices, %"] == pytest.approx(100 * (local - 1))


def test_destinations_and_sources_show_what_moves_before_and_after():
    case = run("tariff")
    e, o = case.outcome.economy, case.outcome
    goods = e.sector_indices(["goods"])
    n, i = (e.regions.index(code) for code in ("USA", "IND"))
    figures = {figure.name: figure for figure in case.report.drawn.figures}
    for name, side in (("destinations", np.s_[:, i]), ("suppliers", np.s_[n, :])):
        rows = {next(iter(row.values())): list(row.values())[-1] for row in figures[name].rows}
        values = figures[name].spec["data"]["values"]
        assert len(rows) == len(e.regions) - 1
        for at, code in enumerate(e.regions):
            if e.region_name(code) in rows:
                was, now = (f[side][at][goods].sum() / 1e3 for f in (e.flows, o.flows))
                assert rows[e.region_name(code)] == pytest.approx(now - was)
                (text,) = (r["text"] for r in values if r["label"] == e.region_name(code))
                assert [plain(x) for x in text.split(" → ")] == pytest.approx([was, now], rel=6e-3)
        assert list(rows.values()) == sorted(rows.values(), reverse=True)


def test_all_regions_stand_in_one_table_the_largest_loss_first():
    case = run("blocs")
    e, o = case.outcome.economy, case.outcome
    (table,) = (s.table for s in case.report.drawn.sections if s.name == "regions")
    assert table.rows[0]["region"] == "All regions"
    rows = table.rows[-len(e.regions) :]
    values = [row["Real income, %"] for row in rows]
    assert values == sorted(values)
    assert values == pytest.approx(sorted(o.welfare))
    for row in rows:
        n = [e.region_name(code) for code in e.regions].index(row["region"])
        assert row["Real wage, %"] == pytest.approx(100 * (o.wage / o.consumer_price - 1)[n])


def test_cells_of_output_show_the_outcome():
    case = run("tariff")
    e, o = case.outcome.economy, case.outcome
    (figure,) = (f for f in case.report.drawn.figures if f.name == "output-by-sector")
    volume = 100 * (o.output / (e.output * o.gate_price) - 1)
    cells = {(row["Region"], row["Sector"]): list(row.values())[-1] for row in figure.rows}
    for n, region in enumerate(e.regions):
        for j, sector in enumerate(e.sectors):
            drawn = cells[e.region_name(region), e.sector_name(sector)]
            assert drawn == pytest.approx(volume[n, j], abs=1e-9)


def test_trade_among_the_members_of_a_party_is_left_out_at_both_ends():
    one = "importer: [USA], exporter: [DEU, FRA], sector: [C26], op: set, rate: 40%"
    case = case_on(world(), f"{{id: a, kind: tariff, {one}}}")
    figures = {figure.name: figure for figure in case.report.drawn.figures}
    shown = {row["Region"] for row in figures["destinations"].rows}
    assert shown == {"United States", "India", "Viet Nam", "Rest of the world"}
    assert "left out" in " ".join(figures["destinations"].spec["title"]["subtitle"])
    assert "United States" not in {row["Region"] for row in figures["suppliers"].rows}


@pytest.mark.parametrize("name", CASES)
def test_every_chart_fits_the_schema_and_says_unit_and_year(name):
    figures = run(name).report.drawn.figures
    assert len({figure.name for figure in figures}) == len(figures) >= 6
    for figure in figures:
        figure.chart.to_dict()
        assert "2022" in " ".join(figure.spec["title"]["subtitle"])


@pytest.mark.parametrize("left_out", [0, 1])
def test_all_other_regions_are_all_others(left_out):
    """Most of the world is not called the rest of it where somebody is named by no measure."""
    others = [region for region in world().regions if region not in ("USA", "ROW")]
    hit = [*others[left_out:], "ROW"]
    measure = f"{{id: a, kind: tariff, importer: [USA], exporter: [{', '.join(hit)}], op: add, rate: 20%}}"
    lead = case_on(world(), measure).report.lead
    assert ("of all other regions" in lead) == (not left_out)
    assert (f"of all {len(hit)} regions that the measures name" in lead) == bool(left_out)


SLUGS = r"fixed_share|fixed share|long_run|short_run|lump_sum|caliendo_parro|fontagne|\b[a-z]+_[a-z_]+\b"
CODES = r"\b(?:[A-Z]\d\d(?:[A-Z]|T\d\d)?|SERV|IND|USA|VNM|DEU|FRA|ROW)\b"
EXPONENT = r"\d[eE][+-]?\d"


def visible(page) -> list[str]:
    """Everything that is read: words, heads, labels, cells, and what charts write."""
    texts = [page.title, *page.sentences]
    tables = [page.screen, *(s.table for s in page.drawn.sections)]
    for table in filter(None, tables):
        texts += [
            table.note,
            *(str(x) for row in table.rows for x in (*row, *row.values()) if isinstance(x, str)),
        ]
    for section in page.drawn.sections:
        texts += [section.title, *section.text]
    for figure in page.drawn.figures:
        title = figure.spec["title"]
        texts += [figure.alt, *title["text"], *title["subtitle"]]
        texts += [
            str(x) for row in figure.table for x in (*row, *row.values()) if isinstance(x, str)
        ]
        rows = figure.spec["data"]["values"]
        texts += [
            r[k] for r in rows if isinstance(r, dict) for k in ("label", "text", "tip") if k in r
        ]
    return texts


@pytest.mark.parametrize("name", CASES)
def test_no_code_slug_or_exponent_is_read(name):
    for horizon in ("long_run", "short_run"):
        found = [
            text
            for text in visible(run(name, horizon=horizon).report)
            if re.search(f"{SLUGS}|{CODES}|{EXPONENT}", text)
        ]
        assert not found


@pytest.fixture(scope="module")
def india():
    return case_on(load_economy("icio2022"), TARIFF, bands=True)


def test_ranges_of_the_packaged_world_are_those_of_nine_sets(india):
    row = india.answer.findings.row("real_income", region="IND")
    found = EFFECT.findall(india.report.lead)
    low, high = map(plain, re.match(rf" \(({NUMBER}) to ({NUMBER}) %", found[0][4]).groups())
    assert (-high, -low) == pytest.approx((row["low"], row["high"]), rel=6e-3)
    assert "over 9 sets" in india.report.lead
    ranked = [
        india.outcome.economy.region_name(r) for r in india.outcome.welfare.sort_values().index
    ]
    listed = [row["region"] for row in india.report.screen.rows]
    assert listed == [*ranked[:10], *ranked[::-1][:10]]
    assert "World map" in india.report.picture().alt
    (table,) = (s.table for s in india.report.drawn.sections if s.name == "prices")
    assert len(table.rows) == 81
    assert not [t for t in visible(india.report) if re.search(f"{SLUGS}|{EXPONENT}", t)]


def test_the_first_deeds_are_told_the_others_counted_and_all_read_back_below():
    cut = "kind: tariff, importer: [USA], exporter: [{}], sector: [{}], op: add, rate: 5%"
    pairs = [(r, s) for r in ("IND", "VNM", "DEU", "FRA") for s in ("C26", "B06")]
    measures = [f"{{id: m{k}, {cut.format(r, s)}}}" for k, (r, s) in enumerate(pairs)]
    page = case_on(world(), *measures).report
    told = page.lead.partition(": in the long run")[0]
    deed = "the United States adds 5 percentage points to its tariff on {} from {}"
    sectors = "electronics and oil"
    first, second = (deed.format(sectors, seller) for seller in ("India", "Viet Nam"))
    assert told == f"T{first[1:]} and {second}; 2 more measures act with it"
    assert "2 more lines are in the section The scenario in full." in page.understood
    (full,) = (s for s in page.drawn.sections if s.name == "scenario")
    assert len(full.text) == 8


def test_a_result_beyond_the_model_leads_with_that():
    ban = [
        "{id: a, kind: export_ban, exporter: [VNM]}",
        "{id: b, kind: import_ban, importer: [VNM]}",
    ]
    assert case_on(world(), *ban).report.beware[0].startswith("No model of this kind")
    assert not run("cheaper").report.beware
