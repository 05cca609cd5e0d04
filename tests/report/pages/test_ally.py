"""The page of an alliance, read back: every sentence, number and picture is recomputed from the findings alone.

The answers of a small world keep their labels and get numbers drawn at random, of both signs and of all sizes, so that
each wording occurs and nothing that is said is right by accident.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from ally_worlds import MEMBERS, NAMES, allied_world
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reports import unfounded

import paxsilica as pax
from paxsilica.data import write_economy
from paxsilica.data.elasticities import paper
from paxsilica.desk import Desk
from paxsilica.findings import Findings
from paxsilica.names.products import hs_names
from paxsilica.names.rosters import rosters
from paxsilica.names.sectors import packaged_sectors
from paxsilica.questions.question import Answer
from paxsilica.report.charts.theme import GAIN, LOSS, MEMBER, NEWCOMER
from paxsilica.report.pages import report_of
from paxsilica.report.report import Report

SIZES = {"trillion": 1e6, "billion": 1e3, "million": 1.0, "thousand": 1e-3}
UNIT = "million USD of 2022 a year"
AXIS = "billion USD of 2022 a year"
WHO = {**NAMES, "USA": "the United States"}
KINDS = {
    "preference": "Free trade of goods",
    "leverage": "Joint cut of critical goods",
    "resilience": "Free trade of critical goods while cut off",
}
AGAINST = {
    "preference": "no free trade at all",
    "leverage": "no cut",
    "resilience": "being cut off without free trade",
}
ALLIES = "the United States, Japan and Korea"
WHOLE = {"one": f"{ALLIES} with India", "two": f"{ALLIES} with India and Russia", "none": ALLIES}
ADDED = {"one": ["IND"], "two": ["IND", "RUS"], "none": []}

NOT_LABELS = {"variable", "value", "low", "high", "horizon", "date", "solve", "source"}
SHARES = {"coverage", "coverage_mean", "export_share", "export_share_mean"}
UNKNOWN = {"coverage", "coverage_mean"}
"""Shares that a source may not name, here in every third case."""
COUNTS = {"coalitions_solved", "orders_sampled", "adds_rank"}

seeds = st.integers(0, 10**6)
orders = st.sampled_from([list(some) for n in (1, 2, 3) for some in permutations(KINDS, n)])
CASES = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


class Bases(dict[str, Answer]):
    def __repr__(self) -> str:
        return "base"


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> Bases:
    """Solved answers, whose labels the cases keep."""
    path = tmp_path_factory.mktemp("own") / "small.npz"
    write_economy(allied_world(), path)
    fields = {"members": ",".join(MEMBERS), "baseline": str(path), "as_of": "2026-01-16"}
    asked = {
        "one": {"add": "IND", "rivals": "CHN,RUS"},
        "two": {"add": "IND,RUS"},
        "none": {},
        "outside": {"members": "USA,JPN,QAT,BHR", "add": "IND"},
        "alone": {"members": "USA"},
        "drawn": {"add": "IND", "draws": 20},
        "next": {"who_next": True},
        "short": {"who_next": True, "horizon": "short_run"},
    }
    desk = Desk()
    return Bases({name: pax.ask(pax.Ally(**{**fields, **of}), desk) for name, of in asked.items()})


class Case:
    """An answer with other numbers under the same labels, its report, and its findings read without the page's code."""

    def __init__(self, answer: Answer, seed: int, **fields: Any) -> None:
        rng = np.random.default_rng(seed)
        scale = 10 ** rng.uniform(-1, 5)

        def drawn(variable: str, shape: tuple[int, ...], kept: np.ndarray) -> np.ndarray:
            x = rng.normal(size=shape) * scale * 10 ** rng.uniform(-1, 1)
            if variable in COUNTS:
                return kept
            if variable == "income":
                return 1e3 * abs(x) + scale
            if variable == "indifference":
                return 0.2 * abs(x)
            if variable not in SHARES:
                return x
            known = rng.random(shape) < (0.8 if seed % 3 == 1 and variable in UNKNOWN else 1.0)
            return np.where(known, rng.uniform(0, 100, shape), np.nan)

        blocks = [
            replace(b, value=np.asarray(drawn(b.variable, b.value.shape, b.value)))
            for b in answer.findings.blocks
        ]
        cores = {b.fixed["measure"]: float(b.value) for b in blocks if b.variable == "least_core"}
        self.answer = replace(
            answer,
            findings=Findings(
                tuple(
                    replace(b, value=np.array(float(cores[b.fixed["measure"]] > 0)))
                    if b.variable == "core_is_empty"
                    else b
                    for b in blocks
                )
            ),
            question=answer.question.model_copy(update=fields),
            names=pax.Names(_world(flipped=seed % 2 == 1), answer.names.day),
        )
        self.rows = self.answer.findings.rows()
        self.report: Report = report_of(self.answer)
        self.numbers = {number.head: number for number in self.report.numbers}

    def along(self, variable: str, dimension: str, **where: str) -> dict[str, float]:
        found = {}
        for row in self.rows:
            of = {name: label for name, label in row.items() if name not in NOT_LABELS}
            at = of.pop(dimension, None)
            if row["variable"] == variable and at and of == where:
                found[at] = row["value"]
        return found

    def find(self, variable: str, **where: str) -> float:
        (value,) = [
            row["value"]
            for row in self.rows
            if row["variable"] == variable
            and {name: label for name, label in row.items() if name not in NOT_LABELS} == where
        ]
        return float(value)

    def worth(self, kind: str, who: str = "together") -> float:
        """Of those inside; by leverage of the adversary, whose loss the findings hold as positive."""
        sign = {"leverage": -1}.get(kind, 1)
        return sign * self.find("alliance_worth", measure=kind, scenario=who)

    def worths(self, kind: str) -> list[float]:
        sign = {"leverage": -1}.get(kind, 1)
        each = self.along("alliance_worth", "elasticities", measure=kind, scenario="together")
        return [sign * value for value in each.values()]

    def section(self, name: str) -> Any:
        (section,) = [section for section in self.report.drawn.sections if section.name == name]
        return section

    def figures(self) -> dict[str, Any]:
        return {figure.name: figure for figure in self.report.drawn.figures}


def _world(flipped: bool) -> pax.Economy:
    """The small world; flipped, everybody pays the tariffs that it charged."""
    world = allied_world()
    return world.replace(tariffs=world.tariffs.transpose(1, 0, 2)) if flipped else world


TOKENS = {
    "<verb>": r"(gain nothing|(?:gain|lose) USD [\d.,]+(?: (?:trillion|billion|million|thousand))?)",
    "<range>": r"(USD [+−]?[\d.,]+ to [+−]?[\d.,]+ (?:trillion|billion|million|thousand))",
    "<money>": r"(USD [+−]?[\d.,]+(?: (?:trillion|billion|million|thousand))?)",
    "<number>": r"([+−]?[\d.,]+)",
    "<text>": r"(.*)",
}


def read(pattern: str, text: str) -> list[str]:
    """What stands in a text where the pattern has tokens."""
    parts = re.split(r"(<\w+>)", pattern)
    said = re.fullmatch("".join(TOKENS.get(part, re.escape(part)) for part in parts), text)
    assert said, (pattern, text)
    return list(said.groups())


def amount(said: str) -> float:
    """Million USD: `USD −2.06 billion`, `lose USD 3.1 million`."""
    if said == "gain nothing":
        return 0.0
    verb, sign, digits, unit = re.fullmatch(
        r"(gain |lose |)USD ([+−]?)([\d.,]+)(?: (\w+))?", said
    ).groups()
    assert not (verb and sign), "the verb has the sign"
    size = float(digits.replace(",", "")) * (SIZES[unit] if unit else 1.0)
    return -size if sign == "−" or verb == "lose " else size


def share(said: str) -> float:
    return float(said.replace("−", "-").replace(",", ""))


def close(said: float, value: float) -> bool:
    """Equal to the three digits that a page shows."""
    return abs(said - value) <= 0.0051 * abs(value) + 1e-9


def one_sign(value: float, others: Iterable[float]) -> bool:
    return {np.sign(other) for other in others} == {np.sign(value)}


def spans(said: str, values: Iterable[float], verb: bool = False) -> bool:
    """Whether a range runs from the least to the most; behind a verb that has the sign, in sizes."""
    ends = sorted(map(abs, values) if verb else values)
    low, high, unit = re.fullmatch(r"USD ([+−]?[\d.,]+) to ([+−]?[\d.,]+) (\w+)", said).groups()
    signed = (
        low[0].isdigit() and high[0].isdigit()
        if verb
        else all(
            end[0] == ("−" if value < 0 else "+")
            for end, value in zip((low, high), (ends[0], ends[-1]), strict=True)
        )
    )
    return (
        signed
        and close(share(low.strip("+")) * SIZES[unit], ends[0])
        and close(share(high.strip("+")) * SIZES[unit], ends[-1])
    )


def transferred(gain: float, transfer: float, income: float) -> bool:
    """The rule for trade deficits moves more than a tenth of a value, and 0.1 % of income."""
    return abs(transfer) > max(0.1 * abs(gain), 0.001 * income)


def says_what_is_earned(note: str, gain: float, transfer: float, income: float) -> bool:
    said = re.search(rf"{TOKENS['<money>']} earned, the rest lent or repaid", note)
    if not transferred(gain, transfer, income):
        return said is None
    return said is not None and close(amount(said[1]), gain - transfer)


def cut_cost(case: Case) -> tuple[float, list[float]]:
    """What the joint cut changes for those who cut, and under each set."""
    each = case.along("cut_cost", "elasticities", scenario="together")
    return case.find("cut_cost", scenario="together"), [*each.values()]


def says_a_size(said: str, band: str, value: float, each: Iterable[float]) -> bool:
    """`lose USD 3 million` and `USD 2 to 5 million` of a number and of its range."""
    sure = one_sign(value, each)
    range_ = band if sure else band.removesuffix("; sign not known")
    ok = band.endswith("; sign not known") != sure
    return ok and close(amount(said), value) and spans(range_, each, verb=sure)


def in_doubt(case: Case, added: Iterable[str]) -> list[str]:
    """Newcomers of whom it is not known whether joining gains."""
    return [
        bloc
        for bloc in added
        if not one_sign(
            case.find("join_preference", region=bloc),
            case.along("join_preference", "elasticities", region=bloc).values(),
        )
    ]


def wins(case: Case, bloc: str) -> tuple[int, int]:
    gains = case.along("join_preference", "elasticities", region=bloc).values()
    return sum(1 for gain in gains if gain > 0), len(gains)


@CASES
@given(seed=seeds)
def test_the_lead_says_what_a_newcomer_gains_and_what_it_brings_the_members(base, seed):
    case = Case(base["one"], seed)
    members, india = (
        case.along(key, "elasticities", region="IND") for key in ("join_members", "join_preference")
    )
    both, value = (case.find(f"join_{key}", region="IND") for key in ("members", "preference"))
    sure = one_sign(value, india.values())
    unsure = "" if one_sign(both, members.values()) else "; sign not known"
    itself = (
        "would <verb> (<range> against staying outside"
        if sure
        else "may gain or lose (<money> against staying outside; <range>"
    )
    gain, over, sets, own, its, won, of, *rest = read(
        f"If India joined {ALLIES} in free trade of goods, the members would <verb> a year in the long run "
        f"(<range> over <number> sets of trade elasticities{unsure}) "
        f"and India itself {itself}; gains under <number> of <number> sets<text>).",
        case.report.lead,
    )
    assert close(amount(gain), both)
    assert spans(over, members.values(), verb=not unsure)
    assert int(sets) == len(members) == 9 + 1
    assert close(amount(own), value)
    assert spans(its, india.values(), verb=sure)
    assert (int(won), int(of)) == wins(case, "IND")
    lent = case.find("join_preference_transfer", region="IND")
    assert says_what_is_earned(rest[0], value, lent, case.find("income", region="IND"))


@CASES
@given(seed=seeds, kinds=orders, name=st.sampled_from(["one", "two", "none"]))
def test_the_lead_is_of_the_first_value_that_is_asked_for(base, seed, kinds, name):
    case, first = Case(base[name], seed, value=tuple(kinds)), kinds[0]
    if (name, first) == ("one", "preference"):
        return
    without = f"; <money> without {WHOLE[name].partition(' with ')[2]}" if ADDED[name] else ""
    sure = one_sign(case.worth(first), case.worths(first))
    without = ("" if sure else "; sign not known") + without
    bracket = (
        f"<verb> a year in the long run (<range> over <number> sets of trade elasticities{without})"
    )
    lead = {
        "preference": f"By free trade of goods {WHOLE[name]} would {bracket}<text>.",
        "leverage": f"If {WHOLE[name]} sold China no critical goods, China would {bracket}, those who cut would <verb> "
        "(<text>).",
        "resilience": f"If China sold them no critical goods, {WHOLE[name]} would {bracket} by trading these freely among "
        "themselves.",
    }[first]
    would, over, sets, *more = read(lead, case.report.lead)
    assert close(amount(would), case.worth(first))
    assert spans(over, case.worths(first), verb=sure)
    assert int(sets) == len(case.worths(first))
    if ADDED[name]:
        assert close(amount(more.pop(0)), case.worth(first, "members"))
    if first == "leverage":
        assert says_a_size(*more, *cut_cost(case))
    if first == "preference":
        if "leverage" in kinds:
            more[0], *of = read(
                "<text>; by a joint cut of critical goods China would <verb> (<text>) and those who cut would <verb> "
                "(<text>)",
                more[0],
            )
            assert says_a_size(*of[:2], case.worth("leverage"), case.worths("leverage"))
            assert says_a_size(*of[2:], *cut_cost(case))
        own = case.along("bloc_own", "region", measure="preference")
        worst = sorted(own, key=lambda bloc: own[bloc])[0]
        if own[worst] < 0:
            would = "may" if worst in in_doubt(case, ADDED[name]) else "would"
            more[0], lost = read(
                f"<text>; {WHO[worst]} {would} lose most, <money> under the elasticities used here",
                more[0],
            )
            assert close(amount(lost), -own[worst])
        counts = {bloc: wins(case, bloc) for bloc in ADDED[name]}
        assert more == [
            "".join(
                f"; joining alone, {WHO[bloc]} gains under {won} of {of} sets"
                for bloc, (won, of) in counts.items()
            )
        ]


@CASES
@given(seed=seeds, kinds=orders, name=st.sampled_from(["one", "two", "none"]))
def test_each_number_is_a_finding_with_its_sign_and_its_range(base, seed, kinds, name):
    case, single = Case(base[name], seed, value=tuple(kinds)), name == "one"
    new = {"region": "IND"}
    join = {
        key: (
            case.find(f"join_{key}", **new),
            [*case.along(f"join_{key}", "elasticities", **new).values()],
        )
        for key in ("exposure", "embargo")
        if single
    }
    expected: dict[str, tuple[float, list[float]]] = {}
    for kind in kinds:
        value = case.worth(kind), case.worths(kind)
        if kind == "resilience" and single:
            expected["No critical goods from China: all members"] = join["exposure"]
        else:
            expected[f"{KINDS[kind]}: {'China' if kind == 'leverage' else 'all members'}"] = value
        if kind == "leverage":
            expected[f"{KINDS[kind]}: those who cut"] = cut_cost(case)
    if single:
        expected["India itself, by joining the cut"] = join["embargo"]
        harm = case.along("rivals_own_effect", "measure")[kinds[0]]
        expected["China and Russia trading freely: all members"] = harm, []
    assert [*case.numbers][:-1] == [*expected], "in this order, the weakest layer last"
    for head, (value, band) in expected.items():
        number = case.numbers[head]
        (money,) = read("<money> a year", number.value)
        assert close(amount(money), value), head
        assert spans(number.band, band) if band else number.band == "", head


def test_where_draws_are_asked_for_ranges_are_their_middle(base):
    """Those of the findings, which are not those over the sets, and said to be so."""
    answer = base["drawn"]
    page, rows = report_of(answer), answer.findings.rows()
    sign = {"preference": 1, "leverage": -1}
    for kind, said in (("preference", "all members"), ("leverage", "China")):
        of = {"variable": "alliance_worth", "measure": kind, "scenario": "together"}
        (row,) = [r for r in rows if {**r, **of} == r and "elasticities" not in r]
        each = [r["value"] for r in rows if {**r, **of} == r and "elasticities" in r]
        (number,) = [n for n in page.numbers if n.head == f"{KINDS[kind]}: {said}"]
        assert spans(number.band, [sign[kind] * row[end] for end in ("low", "high")])
        assert not spans(number.band, [sign[kind] * value for value in each])
        held = row["low"] <= row["value"] <= row["high"]
        assert ("the number lies outside" in number.note) is not held
    assert ", the middle 80 % of 20 draws" in page.lead
    assert any("ranges are the middle 80 % of 20 draws and no" in line for line in page.understood)
    assert "over the sets" not in " ".join(page.sentences)


@CASES
@given(seed=seeds, name=st.sampled_from(["one", "two", "none"]))
def test_the_notes_of_the_numbers_say_what_is_without_a_newcomer_what_is_earned_and_who_loses_more(
    base, seed, name
):
    case, whole = Case(base[name], seed), WHOLE[name]
    inside = [*MEMBERS, *ADDED[name]]
    incomes = case.along("income", "region")
    income = sum(incomes[bloc] for bloc in inside)
    for kind, head in (("preference", "all members"), ("leverage", "China")):
        note = case.numbers[f"{KINDS[kind]}: {head}"].note
        sign = -1 if kind == "leverage" else 1
        lent = sign * case.find("worth_transfer", measure=kind, scenario="together")
        of = incomes["CHN"] if kind == "leverage" else income
        assert says_what_is_earned(note, case.worth(kind), lent, of)
        by = kind == "preference" and name == "one"
        if ADDED[name]:
            without = read(
                "the sum of " * by
                + f"<money> without {whole.partition(' with ')[2]}"
                + ", <money> for the members by its joining and <money> for India itself" * by,
                note.partition(";")[0],
            )
            assert close(amount(without[0]), case.worth(kind, "members"))
            if by:
                own = case.find("bloc_own", measure="preference", region="IND")
                assert close(amount(without[1]), case.find("join_members", region="IND"))
                assert close(amount(without[2]), own)
    cost, costs = cut_cost(case)
    lent = sum(case.along("bloc_own_transfer", "region", measure="leverage").values())
    note = case.numbers[f"{KINDS['leverage']}: those who cut"].note
    assert says_what_is_earned(note, cost, lent, income)
    worse = note.partition(";")[0]
    count = sum(cost < lost for cost, lost in zip(costs, case.worths("leverage"), strict=True))
    assert worse == f"they lose more than China under {count} of {len(costs)} sets"
    if name == "one":
        back = case.numbers["No critical goods from China: all members"].note
        won, over = read(
            "won back by free trade of these <money> (<range>)", back.partition(";")[0]
        )
        assert close(amount(won), case.worth("resilience"))
        assert spans(over, case.worths("resilience"))


def test_the_parts_of_what_free_trade_brings_with_a_newcomer_add_up(base):
    whole = pax_value(base["one"], "alliance_worth", measure="preference", scenario="together")
    without = pax_value(base["one"], "alliance_worth", measure="preference", scenario="members")
    brought = pax_value(base["one"], "join_members", region="IND")
    own = base["one"].findings.value("bloc_own", measure="preference", region="IND")
    assert without + brought + own == pytest.approx(whole)


def test_what_the_joint_cut_costs_is_the_sum_over_those_who_cut(base):
    for name in ("one", "two", "none"):
        own = base[name].findings.along("bloc_own", "region", measure="leverage")
        cost = pax_value(base[name], "cut_cost", scenario="together")
        assert cost == pytest.approx(sum(own.values()))
    each = base["one"].findings.along("cut_cost", "elasticities", scenario="together")
    joining = base["one"].findings.along("join_cost", "elasticities", region="IND")
    assert each == pytest.approx(joining)


def pax_value(answer: Answer, key: str, **where: str) -> float:
    return answer.findings.value(key, elasticities=None, **where)


@CASES
@given(seed=seeds, name=st.sampled_from(["one", "two", "none"]))
def test_the_weakest_layer_is_the_least_covered_and_a_newcomer_adds_most_where_it_does(
    base, seed, name
):
    case = Case(base[name], seed)
    number = case.report.numbers[-1]
    before, after = (
        case.along("coverage", "item", scenario=who) for who in ("members", "together")
    )
    before, after = (
        {layer: value for layer, value in of.items() if value is not None} for of in (before, after)
    )
    weakest = sorted(after, key=lambda layer: after[layer])[0]
    assert number.head == f"Weakest layer: {weakest}"
    assert close(share(read("<number> % of world output", number.value)[0]), after[weakest])
    both = [layer for layer in after if layer in before]
    if not ADDED[name] or not both:
        assert number.note == ""
        return
    who = f"{'India adds' if name == 'one' else 'India and Russia add'} most to "
    layer, was, now = read(f"{who}<text>: <number> % without, <number> % with", number.note)
    assert layer == sorted(both, key=lambda layer: before[layer] - after[layer])[0]
    assert close(share(was), before[layer])
    assert close(share(now), after[layer])


@CASES
@given(seed=seeds, kinds=orders, name=st.sampled_from(["one", "two", "none"]))
def test_why_names_those_who_lose_the_worst_first_and_who_has_the_higher_tariffs(
    base, seed, kinds, name
):
    case = Case(base[name], seed, value=tuple(kinds))
    cut = "cut takes supplies from China and sales from those who cut, and others step in for both"
    if kinds[0] != "preference":
        other = "Critical goods then come from one another, without tariffs."
        assert case.report.why == (f"A {cut}." if kinds[0] == "leverage" else other)
        return
    own = case.along("bloc_own", "region", measure="preference")
    lose = [bloc for bloc in sorted(own, key=lambda bloc: own[bloc]) if own[bloc] < 0]
    doubt = in_doubt(case, ADDED[name])
    names, may = ([WHO[b] for b in lose if (b in doubt) == is_] for is_ in (False, True))
    said = [f"{joined(names) or 'nobody'} {'lose' if len(names) > 1 else 'loses'}"]
    if may:
        said = said * bool(names) + [f"{joined(may)} may lose"]
    tail = f"with all in, {' and '.join(said)}"
    tail += f"; a {cut}." if "leverage" in kinds else "."
    assert case.report.why.endswith(tail)
    said = re.search(
        r"\(India charges the members (higher|lower) tariffs than they charge it\)", case.report.why
    )
    assert bool(said) == (name == "one")
    if said:
        world = _world(flipped=seed % 2 == 1)
        india, members = world.regions.index("IND"), [world.regions.index(code) for code in MEMBERS]
        goods = range(3)

        def tariff(pairs) -> float:
            duty = sum(
                world.tariffs[n, i, j] * world.flows[n, i, j] for n, i in pairs for j in goods
            )
            return duty / sum(world.flows[n, i, j] for n, i in pairs for j in goods)

        higher = tariff([(india, i) for i in members]) > tariff([(i, india) for i in members])
        assert said[1] == ("higher" if higher else "lower")


def test_a_flipped_world_flips_who_has_the_higher_tariffs(base):
    said = {
        re.search("charges the members (higher|lower)", Case(base["one"], seed).report.why)[1]
        for seed in (0, 1)
    }
    assert said == {"higher", "lower"}


@CASES
@given(seed=seeds, kinds=orders, name=st.sampled_from(["one", "two", "none"]))
def test_picture_and_screen_show_who_gains_and_who_loses(base, seed, kinds, name):
    case = Case(base[name], seed, value=tuple(kinds))
    own = {}
    for kind in kinds:
        of = case.along("bloc_own", "region", measure=kind)
        own[kind] = {NAMES[bloc]: gain for bloc, gain in of.items()}
        if kind == "leverage":
            own[kind]["China"] = case.worth(kind)
    for row in case.report.screen.rows:
        assert row == {"Who": row["Who"]} | {
            f"{KINDS[kind]}, {UNIT}": own[kind].get(row["Who"]) for kind in kinds
        }
    for kind in kinds:
        said = f"{KINDS[kind].lower()}: against {AGAINST[kind]}"
        assert said in case.report.screen.note
    assert {row["Who"] for row in case.report.screen.rows} == {
        who for of in own.values() for who in of
    }
    pictures = case.figures()
    assert case.report.drawn.picture.name == f"own-{kinds[0]}"
    for kind in kinds:
        figure = pictures[f"own-{kind}"]
        title = " ".join(figure.spec["title"]["text"])
        assert title == f"{KINDS[kind]}: who gains and who loses"
        axis = f"Change of real income, {AXIS}"
        drawn = {row["Who"]: row[axis] for row in figure.rows}
        assert drawn == {who: gain / 1e3 for who, gain in own[kind].items()}
        assert [*drawn.values()] == sorted(drawn.values(), reverse=True)
        note = " ".join(figure.spec["title"]["subtitle"])
        assert f"when all are in, against {AGAINST[kind]}, long run. A loss is negative." in note
        colour = figure.spec["layer"][0]["encoding"]["color"]
        assert (colour["condition"]["value"], colour["value"]) == (LOSS, GAIN)
        for row in figure.spec["data"]["values"]:
            who, money = read(
                "<text>: <money> a year", row["tip"].replace("\N{NO-BREAK SPACE}", " ")
            )
            assert close(amount(money), own[kind][who])
            assert close(share(row["text"].strip("+")), own[kind][who] / 1e3)
            assert row["text"][0] == ("−" if own[kind][who] < 0 else "+")


@CASES
@given(seed=seeds, name=st.sampled_from(["one", "two", "none"]))
def test_sections_hold_findings_and_losses_are_negative(base, seed, name):
    case = Case(base[name], seed)
    before, after = (
        case.along("coverage", "item", scenario=who) for who in ("members", "together")
    )
    lost = case.along("layer_leverage", "item", scenario="together")
    cost = case.along("layer_cost", "item")
    without = f"Coverage without {WHOLE[name].partition(' with ')[2]}, % of world output"
    for row in case.section("layers").table.rows:
        layer = row["Layer"]
        assert row == {
            "Layer": layer,
            **({without: before[layer]} if ADDED[name] else {}),
            "Coverage, % of world output": after[layer],
            f"China if the layer is cut, {UNIT}": -lost[layer] if layer in lost else None,
            f"Those who cut a layer, {UNIT}": cost.get(layer),
        }
    for row in case.section("blocs").table.rows:
        kind, bloc = row["Measure"], {name: code for code, name in NAMES.items()}[row["Bloc"]]
        measure = {title: kind for kind, title in KINDS.items()}[kind]
        for head, key in (
            ("First in", "first"),
            ("Shapley value", "shapley"),
            ("Last in", "last"),
            ("Own gain", "own"),
        ):
            assert row[f"{head}, {UNIT}"] == case.find(f"bloc_{key}", measure=measure, region=bloc)
    for row in case.section("payments").table.rows:
        bloc = {name: code for code, name in NAMES.items()}[row["Bloc"]]
        unpaid, paid = (
            case.along("real_income", "region", scenario=s)[bloc] for s in ("unpaid", "paid")
        )
        assert (row["Without payments, %"], row["With payments, %"]) == (unpaid, paid)
    assert f"same {_percent(case.find('shared_real_income'))} (" in case.section("payments").text[0]


def _percent(value: float) -> str:
    size = f"{abs(value):.2e}"
    places = max(0, 2 - int(size[-3:]))
    return f"{'−' if value < 0 else '+'}{abs(value):,.{min(9, places)}f} %"


@CASES
@given(seed=seeds, name=st.sampled_from(["one", "two", "none"]))
def test_who_would_leave_and_who_would_join_gains_more_than_rounding(base, seed, name):
    case, verdicts = Case(base[name], seed), []
    rows = {row["Bloc"]: row for row in case.section("stability").table.rows}
    for who, alliance in (("members", ALLIES), ("together", WHOLE[name])):
        for move, by in (("leaves", f"By leaving {alliance}"), ("joins", f"By joining {alliance}")):
            gains = case.along("move_gain", "region", scenario=who, item=move)
            if not gains:
                continue
            least = case.find("indifference", scenario=who)
            gain = [NAMES[bloc] for bloc in gains if gains[bloc] > least]
            names = " and ".join(filter(None, (", ".join(gain[:-1]), *gain[-1:]))) or "nobody"
            verdicts.append(f"{by}: {names} {'gain' if len(gain) > 1 else 'gains'}.")
            for bloc in NAMES:
                if bloc in (*MEMBERS, *ADDED[name]):
                    assert rows[NAMES[bloc]][f"{by}, {UNIT}"] == gains.get(bloc)
    text = case.section("stability").text
    assert [*text[: len(verdicts)]] == verdicts
    for kind, line in zip(KINDS, text[len(verdicts) + 1 :], strict=True):
        least = case.find("least_core", measure=kind)
        title, money, order, core = read(
            "<text>, divided best: every group of blocs has at least <money> <text> than by itself (the core is <text>).",
            line,
        )
        assert title == KINDS[kind]
        assert close(amount(money), abs(least))
        assert (order, core) == (("less", "empty") if least > 0 else ("more", "not empty"))


@CASES
@given(seed=seeds, name=st.sampled_from(["one", "two"]))
def test_every_set_of_elasticities_has_its_dot(base, seed, name):
    case, figures = Case(base[name], seed), None
    figures = case.figures()
    axis = f"Change of real income, {AXIS}"
    dots: dict[str, list[float]] = {}
    for row in figures["sets"].rows:
        dots.setdefault(row["Change"], []).append(row[axis])
    expected = {
        f"{KINDS[kind]}: {'China' if kind == 'leverage' else 'all members'}": case.worths(kind)
        for kind in KINDS
    }
    for layer in case.along("layer_cost", "item"):
        each = case.along("layer_leverage", "elasticities", item=layer, scenario="together")
        expected[f"Cut of {layer} alone: China"] = [-value for value in each.values()]
    assert dots == {label: [value / 1e3 for value in each] for label, each in expected.items()}
    for bloc in ADDED[name]:
        figure = figures[f"joining-{bloc}"]
        assert figure.spec["title"]["text"] == [f"What joining brings {WHO[bloc]}"]
        heads = {
            "Newcomer, free trade": "preference",
            "Newcomer, joint cut": "embargo",
            "Newcomer, cut off": "resilience",
            "Members by the newcomer's joining": "members",
        }
        for head, key in heads.items():
            each = case.along(f"join_{key}", "elasticities", region=bloc)
            drawn = [row for row in figure.rows if row["Change"] == head]
            tips = [row["tip"] for row in figure.spec["data"]["values"] if row["label"] == head]
            assert [row["Trade elasticities"] for row in drawn] == [paper(name) for name in each]
            assert [row[axis] for row in drawn] == [value / 1e3 for value in each.values()]
            for tip, value in zip(tips, each.values(), strict=True):
                assert close(amount(read("<text>: <money> a year", tip)[1]), value)


@CASES
@given(seed=seeds)
def test_raw_materials_come_in_the_order_of_what_is_added(base, seed):
    case = Case(base["one"], seed)
    before, after = (
        case.along("export_share", "product", scenario=who) for who in ("members", "together")
    )
    rows = case.section("raw").table.rows
    heads = [f"Share of world exports{who}, % of world exports" for who in (" without India", "")]
    assert [*rows[0]] == ["Product", "HS", *heads]
    added = [row[heads[1]] - row[heads[0]] for row in rows]
    assert added == sorted(added, reverse=True)
    assert len(rows) == len(after) == 71, "none is cut"
    for row in rows:
        assert row["Product"] == hs_names()[row["HS"]]
        assert (row[heads[0]], row[heads[1]]) == (before[row["HS"]], after[row["HS"]])
    mean = case.find("export_share_mean", scenario="together")
    assert close(
        share(read("<text>; <number> % on average.", case.section("raw").text[0])[1]), mean
    )


def test_the_waterfall_colours_members_and_newcomers_apart(base):
    case = Case(base["one"], 3)
    figure = case.figures()["layers"]
    held = {row["Bloc"]: row for row in figure.table}
    for bloc in (*MEMBERS, "IND"):
        for layer, value in case.along("coverage", "item", region=bloc).items():
            assert held[NAMES[bloc]][f"{layer}, %"] == value
    kinds = {row["label"]: row["kind"] for row in figure.spec["layer"][2]["data"]["values"]}
    assert {who: kinds[who] for who in ("Japan", "India")} == {"Japan": "member", "India": "added"}
    scale = figure.spec["layer"][2]["encoding"]["color"]["scale"]
    colours = dict(zip(scale["domain"], scale["range"], strict=True))
    assert (colours["member"], colours["added"]) == (MEMBER, NEWCOMER)


def test_a_rival_bloc_is_shown_with_what_it_does_itself(base):
    case = Case(base["one"], 5)
    for row in case.section("rivals").table.rows:
        kind = {title: kind for kind, title in KINDS.items()}[row["Measure"]]
        facing, harm = (
            case.along(key, "measure")[kind] for key in ("worth_facing_rivals", "rivals_own_effect")
        )
        assert row[f"Worth to the alliance facing a rival bloc, {UNIT}"] == facing
        assert row[f"Members by the rival bloc itself, {UNIT}"] == harm
    assert not [s for s in Case(base["two"], 5).report.drawn.sections if s.name == "rivals"]


def test_what_was_asked_is_said_as_understood(base):
    for name, answer in base.items():
        said = report_of(answer).understood
        horizon = "short run (about the first year)" if name == "short" else "long run"
        (about,) = [line for line in said if line.startswith("A small world")]
        assert f"; {horizon}; trade elasticities: " in about
        assert about.endswith("USD of 2022 a year; a gain is positive, a loss negative.")
        who = ALLIES if name not in ("outside", "alone") else "the United States"
        assert any(line.startswith(f"The alliance on 2026-01-16: {who}") for line in said)
        left = [line for line in said if line.startswith("In coverage alone")]
        assert left == (
            ["In coverage alone, inside the table's rest of the world: Qatar and Bahrain."]
            if name == "outside"
            else []
        )
        one = any(
            "Solved under one set of trade elasticities, hence no ranges" in line for line in said
        )
        assert one == (name in ("next", "short"))
        assert all(said), "no empty line"


@CASES
@given(seed=seeds, name=st.sampled_from(["one", "none"]))
def test_numbers_at_an_end_of_their_range_are_named(base, seed, name):
    case, cost = Case(base[name], seed), cut_cost(Case(base[name], seed))
    of = {
        "all members by free trade of goods": case.worths("preference"),
        "China by the joint cut of critical goods": case.worths("leverage"),
        "all members by free trade of critical goods while cut off": case.worths("resilience"),
        "those who cut": cost[1],
    }
    if name == "one":
        for key, said in (
            ("members", "the members when India joins free trade"),
            ("preference", "India by free trade"),
            ("embargo", "India by joining the cut"),
        ):
            of[said] = [*case.along(f"join_{key}", "elasticities", region="IND").values()]
    names = [*case.along("cut_cost", "elasticities", scenario="together")]
    used, ends = names.index(case.answer.about.elasticities), []
    for said, each in of.items():
        value, alike = each[used], [abs(x) for x in each if x * each[used] > 0]
        if value in (min(each), max(each)):
            size = "largest" if abs(value) == max(alike) else "smallest"
            ends.append(f"the {size} {'gain' if value > 0 else 'loss'} of {said}")
    text = next(line for line in case.report.understood if line.startswith("Elasticities move"))
    end = f" Of the {len(names)} sets the one used here gives {joined(ends)}." if ends else ""
    assert text.endswith(f"the answer is not known.{end}")


def test_a_member_that_is_asked_about_is_said_to_be_one_and_the_list_to_end(tmp_path):
    write_economy(allied_world(), path := tmp_path / "small.npz")
    of = {"members": "pax-silica", "add": "IND", "baseline": str(path), "value": "preference"}
    for day, already in (("2026-02-01", False), ("2026-03-01", True)):
        report = report_of(pax.ask(pax.Ally(**of, as_of=day), Desk()))
        begin = "If India, a member already, joined " if already else "If India joined "
        assert report.lead.startswith(f"{begin}Pax Silica in free trade of goods, ")
        assert report.title == f"Pax Silica with India on {day}"
        reported = rosters()["pax-silica"].reported_to
        assert f"The list of Pax Silica is reported to {reported}." in report.understood
        assert (
            any(line.startswith("India is a member already") for line in report.understood)
            == already
        )


def test_an_alliance_of_one_leads_with_its_cut(base):
    report = report_of(base["alone"])
    assert report.lead.startswith(
        "If the United States sold China no critical goods, China would lose USD "
    )
    assert not any("Free trade" in number.head for number in report.numbers)
    assert not any(section.name.startswith("joining") for section in report.drawn.sections)


@CASES
@given(seed=seeds, name=st.sampled_from(["one", "two", "none", "outside", "alone", "next"]))
def test_no_code_and_no_key_stands_on_the_page(base, seed, name):
    report = Case(base[name], seed).report
    sections = report.drawn.sections
    texts = [
        report.title,
        *report.sentences,
        *report.proof,
        *(line for s in sections for line in s.text),
    ]
    tables = [s.table.rows for s in sections if s.table] + [report.screen.rows]
    tables += [figure.rows for figure in report.drawn.figures]
    cells = (cell for rows in tables for row in rows for cell in (*row, *row.values()))
    texts += [cell for cell in cells if isinstance(cell, str)]
    texts += [figure.alt for figure in report.drawn.figures]
    codes = {
        *NAMES,
        *(sector.code for sector in packaged_sectors()),
        "QAT",
        "BHR",
        "EU",
        "nan",
        "None",
    }
    for text in texts:
        assert not {*re.findall(r"[\w-]+", text)} & {*codes, *KINDS, "ai-stack", "pax-silica"}, text
        assert not re.search(r"_|\de[+-]?\d|  |[;,:] ?[;,.)]|\( |\(\)", text), text


# ---- who is next -------------------------------------------------------------------------------------------------


def candidates(case: Case) -> dict[str, dict[str, float]]:
    """Code -> what it adds to free trade, to the adversary's income by the cut, and to its own."""
    found = {}
    for kind, sign in (("preference", 1), ("leverage", -1)):
        for key in ("adds", "own_gain", "adds_transfer"):
            flips = sign if key != "own_gain" else 1
            for code, value in case.along(key, "region", measure=kind).items():
                found.setdefault(code, {})[f"{key} {kind}"] = flips * value
    return found


def joined(names: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


@CASES
@given(seed=seeds)
def test_who_is_next_leads_with_the_largest_of_each(base, seed):
    case = Case(base["next"], seed)
    of = candidates(case)
    assert set(of) == {"IND", "RUS"}
    trade = sorted(of, key=lambda code: -of[code]["adds preference"])[0]
    cut = sorted(of, key=lambda code: of[code]["adds leverage"])[0]
    adds, own, lost, own_cut = read(
        f"{NAMES[trade]} would add most to free trade of goods with {ALLIES}, <money> a year in the long run, and would "
        "itself <verb>; "
        f"{NAMES[cut]} would add most to the joint cut of critical goods: China would <verb> more and "
        f"{NAMES[cut]} <verb>; under one set of elasticities and so without a band.",
        case.report.lead,
    )
    assert close(amount(adds), of[trade]["adds preference"])
    assert close(amount(own), of[trade]["own_gain preference"])
    assert close(amount(lost), of[cut]["adds leverage"])
    assert close(amount(own_cut), of[cut]["own_gain leverage"])


@CASES
@given(seed=seeds)
def test_the_numbers_of_who_is_next_name_the_first_and_those_after_it(base, seed):
    case = Case(base["next"], seed)
    of, incomes = candidates(case), case.along("income", "region")
    for head, kind in (
        ("Most to free trade of goods", "preference"),
        ("Most to the joint cut: China", "leverage"),
    ):
        number, sign = case.numbers[head], 1 if kind == "preference" else -1
        first, second = sorted(of, key=lambda code: -sign * of[code][f"adds {kind}"])
        assert close(amount(read("<money> a year", number.value)[0]), of[first][f"adds {kind}"])
        own, rest, then = read(f"{NAMES[first]}, itself <money><text>; then <text>", number.note)
        whose = "China" if kind == "leverage" else f"all members with {NAMES[first]}"
        assert not rest or rest.startswith(f"; of {whose} USD ")
        assert close(amount(own), of[first][f"own_gain {kind}"])
        assert then == NAMES[second]
        assert says_what_is_earned(
            rest, of[first][f"adds {kind}"], of[first][f"adds_transfer {kind}"], incomes[first]
        )
    for head, key, unit in (
        ("Most to the coverage of all layers", "coverage_mean", "% of world output"),
        ("Most to exports of raw materials", "export_share_mean", "% of world exports"),
    ):
        number, held = case.numbers[head], case.along(key, "region")
        held = {code: value for code, value in held.items() if value is not None}
        ranked = [pax.Names().name(code) for code in sorted(held, key=lambda code: -held[code])][:5]
        ranked = [NAMES.get(name, name) for name in ranked]
        assert number.note == f"{ranked[0]}; then {joined(ranked[1:])}"
        assert close(share(read(f"<number> {unit}", number.value)[0]), max(held.values()))
    none = case.find("indifference")
    gain = sum(1 for its in of.values() if its["own_gain preference"] > none)
    assert case.numbers["Candidates that gain by free trade themselves"].value == f"{gain} of 2"


@CASES
@given(seed=seeds)
def test_all_candidates_stand_in_the_table_and_those_of_the_table_in_the_picture(base, seed):
    case = Case(base["next"], seed)
    of = candidates(case)
    held, raw = case.along("coverage_mean", "region"), case.along("export_share_mean", "region")
    rows = case.section("candidates").table.rows
    assert len(rows) == len(held) > 100, "none is cut"
    for row, code in zip(rows, held, strict=True):
        its: Mapping[str, float] = of.get(code, {})
        assert [*row.values()][1:] == [
            its.get("adds preference"),
            its.get("own_gain preference"),
            its.get("adds leverage"),
            its.get("own_gain leverage"),
            held[code],
            raw[code],
        ]
    assert [*rows[0]] == [
        "Country",
        f"Added to free trade, {UNIT}",
        f"Itself by free trade, {UNIT}",
        f"China by its joining the cut, {UNIT}",
        f"Itself by joining the cut, {UNIT}",
        "Coverage of all layers, % of world output",
        "Mean share of world exports, % of world exports",
    ]
    assert case.report.screen.most == 10
    picture = case.report.drawn.picture
    colours = picture.spec["layer"][0]["encoding"]["color"]["scale"]
    assert dict(zip(colours["domain"], colours["range"], strict=True)) == {
        "gains by free trade itself": GAIN,
        "loses by free trade itself": LOSS,
    }
    tips = {row["name"]: row["tip"] for row in picture.spec["layer"][0]["data"]["values"]}
    for row in picture.rows:
        code = {name: code for code, name in NAMES.items()}[row["Country"]]
        own = of[code]["own_gain preference"]
        who, money = read("<text>: itself <money> by free trade", tips[row["Country"]])
        assert who == row["Country"]
        assert close(amount(money), own)
        assert row["Itself"] == f"{'gains' if own > 0 else 'loses'} by free trade itself"
        assert row[f"Added to free trade, {AXIS}"] == of[code]["adds preference"] / 1e3
        assert row[f"China by its joining the cut, {AXIS}"] == of[code]["adds leverage"] / 1e3


def test_a_solved_ranking_comes_first_things_first(base):
    report = report_of(base["next"])
    added = [row[f"Added to free trade, {UNIT}"] for row in report.screen.rows]
    known = [value for value in added if value is not None]
    assert known == sorted(known, reverse=True)
    assert added[: len(known)] == known
    others = len(added) - len(known)
    assert any(
        line.startswith(f"{others} more are known by coverage alone") for line in report.understood
    )


@pytest.mark.parametrize("name", ["one", "two", "none", "outside", "alone", "next"])
def test_every_chart_fits_the_schema_and_every_number_is_a_finding(base, name):
    """But for the waterfall, which is drawn in pixels."""
    report = report_of(base[name])
    for figure in report.drawn.figures:
        figure.chart.to_dict()
    sections = [replace(s, figures=()) if s.name == "layers" else s for s in report.drawn.sections]
    assert not unfounded(replace(report, sections=lambda: sections))
