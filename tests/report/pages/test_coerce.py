"""The pages of `coerce`: every sentence, number, picture and table against the findings, also where all signs differ."""

from __future__ import annotations

import re
from dataclasses import replace
from statistics import median

import numpy as np
import pytest
from coercion_world import NAMES, coercion_world
from reports import unfounded

import paxsilica as pax
from paxsilica.data import write_economy
from paxsilica.data.elasticities import paper
from paxsilica.desk import Desk
from paxsilica.findings import Findings
from paxsilica.questions.coerce import Coerce
from paxsilica.questions.question import Answer
from paxsilica.report.charts.theme import SENDER, TARGET
from paxsilica.report.pages import coerce_matrix, report_of
from paxsilica.report.report import Report, write_report

HORIZONS = {"long_run": "long run", "short_run": "short run"}
WHEN = {"long_run": "in the long run", "short_run": "in the first year or so"}
SIDES = {"targets": "Eastland", "senders": "Northland"}
SECTORS = {"C26": "computers and electronics", "C28": "machinery", "SERV": "services"}
NUMBER = r"([−+]?[\d,]+(?:\.\d+)?)"
MONEY = {"thousand": 1e-3, "million": 1.0, "billion": 1e3, "trillion": 1e6}
SEEDS = range(16)


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    """Answers on the four lands, each question once."""
    folder = tmp_path_factory.mktemp("own")
    write_economy(coercion_world(), folder / "lands.npz")
    desk, known = Desk(), {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("paxsilica.questions.coerce.cache_folder", lambda name: folder)

        def answer(**fields) -> Answer:
            key = repr(sorted(fields.items()))
            if key not in known:
                known[key] = pax.ask(
                    Coerce(**{"baseline": str(folder / "lands.npz"), **fields}), desk
                )
            return known[key]

        yield answer


@pytest.fixture(scope="module")
def pair(asked) -> Answer:
    return asked(sender="R0", target="R1", relief=True, allies="R2")


@pytest.fixture(scope="module")
def matrix(asked) -> Answer:
    return asked(matrix=True)


@pytest.fixture(scope="module")
def by_sector(asked) -> Answer:
    return asked(matrix=True, by_sector=True)


POSITIVE = (
    "trade",
    "turnover",
    "supply_share",
    "trade_elasticity",
    "relief_cost",
    "income",
    "relief_size",
)


def scrambled(answer: Answer, seed: int) -> Answer:
    """The same answer with other numbers, of either sign, so that no sentence is right by habit."""
    draw, blocks = np.random.default_rng(seed), []
    for b in answer.findings.blocks:
        size = 8e3 if "money" in b.variable or "relief" in b.variable else 1.5
        value = size * draw.normal(size=b.value.shape)
        if b.variable == "transfer_effect":
            value = 0.2 * value
        if b.variable in POSITIVE:
            value = np.abs(value)
        if b.variable == "relief_net":
            value = -np.sort(-value) + 6e3 * draw.normal()
        if b.variable in ("relief_per_dollar", "relief_without_cut"):
            value = value / 1e4
        if b.variable == "loss_ratio":
            value = np.where(draw.random(b.value.shape) < 0.2, np.nan, value)
        if b.variable == "relief_without_cut":
            value = np.where(draw.random(b.value.shape) < 0.3, np.nan, value)
        spread = np.abs(draw.normal(size=(2, *b.value.shape)))
        ends = {"low": value - spread[0], "high": value + spread[1]} if b.low is not None else {}
        blocks.append(replace(b, value=value, **ends))
    return replace(answer, findings=Findings(tuple(blocks)))


def found(answer: Answer, variable: str, **labels: str) -> list[dict]:
    """Rows of a variable that have these labels and, but for those of `any`, no others."""
    rows = [row for row in answer.findings.rows() if row["variable"] == variable]
    own = {"variable", "value", "low", "high", "solve", "source"}
    return [
        row
        for row in rows
        if set(row) - own == set(labels)
        and all(wanted in (..., row[name]) for name, wanted in labels.items())
    ]


def one(answer: Answer, variable: str, **labels: str) -> dict:
    (row,) = found(answer, variable, **labels)
    return row


def value(answer: Answer, variable: str, **labels: str) -> float:
    return one(answer, variable, **labels)["value"]


def read(text: str) -> float:
    return float(text.replace("−", "-").replace("+", "").replace(",", ""))


def money(text: str) -> float:
    """`USD −19.2 billion` in million."""
    size, unit = re.search(rf"USD {NUMBER}(?: (\w+))?", text).groups()
    return read(size) * MONEY.get(unit or "million", 1.0)


def near(number: float):
    """To three digits."""
    return pytest.approx(number, rel=6e-3, abs=1e-9)


def sign_of(text: str) -> str:
    return text[0] if text[0] in "+−" else ""


def shows(text: str, number: float) -> None:
    """A change in per cent, with its sign."""
    assert re.fullmatch(rf"{NUMBER} %", text)
    assert sign_of(text) == ("+" if number > 0 else "−")
    assert read(text.removesuffix(" %")) == near(number)


def within(text: str, row: dict) -> None:
    """`−1.46 to −0.583 %`."""
    low, high = re.fullmatch(rf"{NUMBER} to {NUMBER} %", text).groups()
    assert (read(low), read(high)) == (near(row["low"]), near(row["high"]))


def pages(answer: Answer):
    """The page of the answer, and those of others with its labels."""
    for each in (answer, *(scrambled(answer, seed) for seed in SEEDS)):
        yield each, report_of(each)


def section(report: Report, name: str):
    return next(part for part in report.drawn.sections if part.name == name)


def figure(report: Report, name: str):
    return next(one for one in report.drawn.figures if one.name == name)


# ---- a pair: the first screen ------------------------------------------------------------------


MOVED = (
    rf"(?:(?P<verb>lose|gain) )?(?P<size>{NUMBER}) %(?: of (?P<income>real income|real earned income))?"
    r"(?: \((?P<within>[^)]*)\))?"
)


def test_the_lead_says_what_both_lose_by_when_and_over_which_band(pair):
    earned = unsure = 0
    for answer, report in pages(pair):
        said, won = report.lead.removesuffix(".").rsplit("; ", 1)
        assert won.startswith(
            ("Eastland would win back most by ", "no policy of Eastland would pay")
        )
        cut, *clauses = re.split(r", (?=Eastland would)|; (?=Northland would)", said)
        assert cut == "If Northland sold Eastland no goods"
        for clause, (item, who) in zip(clauses, SIDES.items(), strict=True):
            long, short = re.fullmatch(
                f"{who} would (.*) in the long run and (.*) in the first year or so", clause
            ).groups()
            verb = income = None
            for said, horizon in ((long, "long_run"), (short, "short_run")):
                match = re.fullmatch(MOVED, said)
                verb, income = match["verb"] or verb, match["income"] or income
                of = {"item": item, "horizon": horizon}
                row, transfer = (
                    one(answer, "real_income", **of),
                    value(answer, "transfer_effect", **of),
                )
                change = row["value"]
                leads = abs(transfer) > max(abs(change) / 10, 0.1)
                if leads:
                    earned += 1
                    text = match["within"]
                    rule, band = text.split(", which nobody earned; ")
                    adds, size = re.fullmatch(
                        rf"the rule for trade deficits (adds|takes) {NUMBER} % of income", rule
                    ).groups()
                    assert adds == ("adds" if transfer > 0 else "takes")
                    assert read(size) == near(abs(transfer))
                    with_it, _, band = band.partition(", ")
                    moves, size = re.fullmatch(
                        rf"with it real income (rises|falls) by {NUMBER} %", with_it
                    ).groups()
                    assert moves == ("rises" if change > 0 else "falls")
                    assert read(size) == near(abs(change))
                    change = value(answer, "real_earned_income", **of)
                else:
                    band = match["within"] or ""
                assert income == ("real earned income" if leads else "real income")
                assert verb == ("gain" if change > 0 else "lose")
                assert read(match["size"]) == near(abs(change))
                signs = {np.sign(row[end]) for end in ("low", "high", "value")}
                unsure += len(signs) > 1
                assert band.endswith("; sign not known") == (len(signs) > 1)
                band = band.removesuffix("; sign not known")
                if (item, horizon) == ("targets", "long_run"):
                    sets = {
                        row["elasticities"]
                        for row in found(answer, "real_income", elasticities=..., **of)
                    }
                    assert band.endswith(f" over {len(sets)} sets of elasticities")
                    band = band.removesuffix(f" over {len(sets)} sets of elasticities")
                if len(signs) > 1:
                    within(band, row)
                else:
                    low, high = re.fullmatch(r"([\d.,]+) to ([\d.,]+) %", band).groups()
                    ends = sorted((abs(row["low"]), abs(row["high"])))
                    assert [read(low), read(high)] == [near(ends[0]), near(ends[1])]
    assert earned > 10
    assert 5 < unsure < 60


def test_numbers_are_of_the_side_and_horizon_they_name(pair):
    for answer, report in pages(pair):
        named = {number.head: number for number in report.numbers}
        for item, who in SIDES.items():
            for horizon, when in WHEN.items():
                number, of = (
                    named[f"Real income of {who} {when}"],
                    {"item": item, "horizon": horizon},
                )
                row = one(answer, "real_income", **of)
                shows(number.value, row["value"])
                within(number.band, row)
                assert number.note.endswith(" a year")
                assert money(number.note) == near(value(answer, "real_income_money", **of))


def test_the_ratio_is_told_where_both_lose(pair):
    told = 0
    name = "Lost by Eastland for every dollar that Northland loses in the long run"
    for answer, report in pages(pair):
        number = next((n for n in report.numbers if n.head == name), None)
        row = one(answer, "loss_ratio", horizon="long_run")
        loses = value(answer, "real_income_money", item="senders", horizon="long_run") < 0
        assert bool(number) == (loses and (row["value"] or 0) > 0)
        if number:
            told += 1
            assert money(number.value) == near(row["value"])
            low, high = re.fullmatch(rf"USD {NUMBER} to {NUMBER}", number.band).groups()
            assert (read(low), read(high)) == (near(row["low"]), near(row["high"]))
    assert 2 < told < len(SEEDS)


def test_who_gains_most_is_the_third_region_with_the_largest_gain_in_money(pair):
    told = 0
    for answer, report in pages(pair):
        (number, *more) = [n for n in report.numbers if n.head.startswith("Gains most")] or [None]
        assert not more
        rows = found(answer, "real_income_money", region=..., horizon="long_run")
        best = max(
            (row for row in rows if row["region"] in ("R2", "R3")), key=lambda row: row["value"]
        )
        assert bool(number) == (best["value"] > 0)
        if number:
            told += 1
            assert number.head.endswith(f"in money, in the long run: {NAMES[best['region']]}")
            shows(
                number.value,
                value(answer, "real_income", region=best["region"], horizon="long_run"),
            )
            assert money(number.note) == near(best["value"])
            short = number.note.partition("a year; ")[2].removesuffix(" in the first year or so")
            of = {"region": best["region"], "horizon": "short_run"}
            shows(short, value(answer, "real_income", **of))
    assert told > 5


def test_what_helps_most_pays_because_of_the_cut(pair):
    outcomes = set()
    for answer, report in pages(pair):
        number, won = report.numbers[0], report.lead.rsplit("; ", 1)[1]
        assert report.title == "Northland cuts off Eastland: goods, and what would help Eastland"
        assert number.head == "Would help Eastland most in the first year or so"
        nets, costs, each, without = (
            {
                row["rung"]: row
                for row in answer.findings.rows()
                if row["variable"] == f"relief_{name}"
            }
            for name in ("net", "cost", "per_dollar", "without_cut")
        )
        pays = [
            rank
            for rank in nets
            if nets[rank]["value"] > 0
            and (
                without[rank]["value"] is None
                or each[rank]["value"] - without[rank]["value"] > 0.02
            )
        ]
        if not pays:
            assert number.value == "nothing"
            assert won == "no policy of Eastland would pay for itself because of the cut."
            outcomes.add("nothing")
            continue
        best = max((nets[rank] for rank in pays), key=lambda row: row["value"])
        assert money(number.value) == near(best["value"])
        assert number.value.startswith("USD +")
        cost, policy = re.fullmatch(r"a year, net of the (.*) it costs: (.*)", number.note).groups()
        assert money(cost) == near(costs[best["rung"]]["value"])
        kinds = {
            "stock": "stock from",
            "diversify": "cheaper supply from",
            "subsidise": "subsidy at home",
            "join": "free trade with",
        }
        said = kinds[best["measure"]] + "".join(
            f" {NAMES[p]}" for p in best["partner"].split("+") if p
        )
        said += f", {SECTORS[best['sector']]}" if best["sector"] else ""
        assert policy == said
        by, net = re.fullmatch(
            r"Eastland would win back most by (.*), (USD .*) net in the first year or so\.", won
        ).groups()
        assert (by, money(net)) == (said, near(best["value"]))
        outcomes.add(best["measure"])
    assert len(outcomes) > 1


def test_the_reason_is_the_sector_that_hurts_most_with_its_share_and_elasticity(pair):
    for answer, report in pages(pair):
        rows = found(answer, "real_income", sector=..., item="targets", horizon="long_run")
        worst = min(rows, key=lambda row: row["value"])
        if worst["value"] >= 0:
            assert (
                report.why
                == "No sector that is cut alone would cost Eastland real income in the long run."
            )
            continue
        name = SECTORS[worst["sector"]]
        thetas = {
            row["sector"]: row["value"]
            for row in found(answer, "trade_elasticity", sector=..., horizon="long_run")
        }
        change, share, theta, easier, of, verb = re.fullmatch(
            rf"{name.capitalize()} would hurt most, ({NUMBER[1:-1]} %) of real income if cut alone: {NUMBER} % of all "
            rf"{name} that Eastland buys, home products included, comes from Northland, and what replaces it is dearer "
            rf"\(trade elasticity {NUMBER}; (\d+) of the (\d+) sectors cut (is|are) easier to replace\)\.",
            report.why,
        ).groups()
        shows(change, worst["value"])
        assert read(share) == near(value(answer, "supply_share", sector=worst["sector"]))
        assert read(theta) == near(thetas[worst["sector"]])
        assert int(easier) == sum(other > thetas[worst["sector"]] for other in thetas.values())
        assert int(of) == len(thetas)
        assert verb == ("is" if int(easier) == 1 else "are")


def test_what_was_asked_is_said_with_signs_years_and_bands(pair):
    ends = set()
    for answer, report in pages(pair):
        trade, signs, band, dollar = report.understood
        sold = sum(row["value"] for row in found(answer, "trade", sector=...))
        assert trade.startswith("In 2022 Northland sold Eastland USD")
        assert money(trade) == near(sold)
        assert (
            "A loss is negative: % of one's own income of 2022, and USD a year at 2022 prices"
            in signs
        )
        of = {"item": "targets", "horizon": "long_run"}
        sets = found(answer, "real_income", elasticities=..., **of)
        own = next(row["value"] for row in sets if row["elasticities"] == answer.about.elasticities)
        assert f"span {len(sets)} sets" in band
        end, of_all = "", [row["value"] for row in sets]
        if own in (min(of_all), max(of_all)):
            size = (
                "largest" if abs(own) == max(abs(x) for x in of_all if x * own > 0) else "smallest"
            )
            which = f"the {size} {'gain' if own > 0 else 'loss'}"
            end = f", which gives Eastland {which} of them in the long run"
        assert band.endswith(f"the numbers are those of {paper(answer.about.elasticities)}{end}.")
        ends.add(end)
        theirs, ours = re.search(
            rf"by ({NUMBER[1:-1]} %) in Eastland and by ({NUMBER[1:-1]} %) in Northland, each of its own income",
            dollar,
        ).groups()
        for text, item in ((theirs, "targets"), (ours, "senders")):
            shows(text, value(answer, "real_income", item=item, horizon="long_run"))
    assert len(ends) > 2


# ---- a pair: pictures and tables ---------------------------------------------------------------


def test_the_picture_shows_both_sides_by_sector_the_worst_first(pair):
    kinds = {"targets": "Eastland (target)", "senders": "Northland (sender)"}
    for answer, report in pages(pair):
        picture = report.drawn.picture
        shown = picture.spec["data"]["values"]
        rows = found(answer, "real_income", sector=..., item=..., horizon="long_run")
        assert {(row["label"].lower(), row["kind"]): row["value"] for row in shown} == {
            (SECTORS[row["sector"]], kinds[row["item"]]): row["value"] for row in rows
        }
        theirs = [row["value"] for row in shown if row["kind"] == kinds["targets"]]
        assert theirs == sorted(theirs)
        for row in shown:
            shows(row["tip"].rpartition(": ")[2], row["value"])
            assert read(row["text"]) == near(row["value"])
        scale = picture.spec["layer"][0]["encoding"]["color"]["scale"]
        assert dict(zip(scale["domain"], scale["range"], strict=True)) == {
            kinds["targets"]: TARGET,
            kinds["senders"]: SENDER,
        }


def test_partial_cuts_go_from_nothing_to_the_whole(pair):
    for answer, report in pages(pair):
        shown = figure(report, "partial").spec["data"]["values"]
        got = {(row["kind"], row["dash"], row["x"]): row["value"] for row in shown}
        want = {
            (who, HORIZONS[row["horizon"]], float(row["point"])): row["value"]
            for item, who in SIDES.items()
            for row in found(answer, "real_income", point=..., item=item, horizon=...)
        }
        nothing = {(who, when, 0.0): 0.0 for who in SIDES.values() for when in HORIZONS.values()}
        assert got == want | nothing
        lines = {}
        for row in shown:
            lines.setdefault((row["kind"], row["dash"]), []).append(row["x"])
        assert all(xs == sorted(xs) for xs in lines.values())


def test_dots_are_those_of_every_set_of_elasticities(pair):
    for answer, report in pages(pair):
        shown = figure(report, "sets").spec["data"]["values"]
        want = {
            (f"{SIDES[row['item']]}, {HORIZONS[row['horizon']]}", paper(row["elasticities"])): row[
                "value"
            ]
            for row in found(answer, "real_income", elasticities=..., item=..., horizon=...)
        }
        assert {(row["label"], row["dot"]): row["value"] for row in shown} == want
        axis = "Change of real income, %"
        assert figure(report, "sets").table == [
            {"Side and horizon": row["label"], "Trade elasticities": row["dot"], axis: row["value"]}
            for row in shown
        ]
        for row in shown:
            tip, change = row["tip"].rsplit(": ", 1)
            assert tip == row["dot"]
            shows(change, row["value"])


HEADS = {
    "Real income, %": "real_income",
    "Real income, million USD of 2022 a year": "real_income_money",
    "Target's loss over sender's, USD per USD": "loss_ratio",
    "Trade, million USD of 2022 a year": "trade",
    "Sender's share in supply, %": "supply_share",
    "Trade elasticity, elasticity": "trade_elasticity",
}


def labels_of(head: str) -> tuple[str, dict[str, str]]:
    """Variable, and the horizon and side that a head names."""
    rest, labels = head, {}
    for horizon, when in HORIZONS.items():
        if rest.endswith(f", {when}"):
            rest, labels["horizon"] = rest.removesuffix(f", {when}"), horizon
    for item, who in SIDES.items():
        if rest.endswith(f", {who}"):
            rest, labels["item"] = rest.removesuffix(f", {who}"), item
    return HEADS[rest], labels


def test_tables_hold_the_number_that_their_heads_name(pair):
    names = {
        "sector": {name.capitalize(): code for code, name in SECTORS.items()},
        "region": {name: code for code, name in NAMES.items()},
    }
    for answer, report in pages(pair):
        sets = {
            paper(row["elasticities"]): row["elasticities"]
            for row in found(answer, "loss_ratio", elasticities=..., horizon="long_run")
        }
        for dimension, part, count in (
            ("sector", "by-sector", 2),
            ("region", "regions", 4),
            ("elasticities", "sets", len(sets)),
        ):
            codes = names.get(dimension, sets)
            rows = section(report, part).table.rows
            assert len(rows) == count
            for row in rows:
                (_, label), *cells = row.items()
                assert len(cells) >= 4
                for head, number in cells:
                    variable, labels = labels_of(head)
                    assert number == value(answer, variable, **labels, **{dimension: codes[label]})
        order = [
            row["Real income, %, Eastland, long run"]
            for row in section(report, "by-sector").table.rows
        ]
        assert order == sorted(order)
        sides, thirds = (
            [r["Region"] for r in section(report, "regions").table.rows[:2]],
            section(report, "regions").table.rows[2:],
        )
        assert sides == ["Eastland", "Northland"]
        assert section(report, "regions").table.note.startswith("Target, then sender, then all")
        gains = [row["Real income, million USD of 2022 a year, long run"] for row in thirds]
        assert gains == sorted(gains, reverse=True)


def test_a_ratio_that_is_missing_is_explained_where_one_is_and_only_there(pair):
    said = set()
    for answer, report in pages(pair):
        known, ratios = (
            {
                (row["sector"], row["horizon"]): row["value"]
                for row in found(answer, key, sector=..., horizon=..., **of)
            }
            for key, of in (("real_income", {"item": "senders"}), ("loss_ratio", {}))
        )
        gaps = [at for at in ratios if ratios[at] is None and known[at] is not None]
        text = section(report, "by-sector").text
        assert [*text] == ["Where no ratio of losses stands, Northland gains."] * bool(gaps)
        said.add(bool(gaps))
    assert said == {True, False}


def test_several_senders_have_their_share_together(asked):
    for sender, head in (("R0", "Sender's share in supply, %"), ("R2,R0", "Senders' share")):
        rows = section(report_of(asked(sender=sender, target="R1")), "by-sector").table.rows
        assert any(column.startswith(head) for column in rows[0])


def test_policies_are_as_large_as_the_budget_pays_for(pair):
    (text,) = section(report_of(pair), "policies").text
    share = read(re.match(rf"Each policy is as large as {NUMBER} % of income of Eastland", text)[1])
    world = coercion_world()
    budget = share / 100 * world.income[world.regions.index("R1")]
    costs = {
        row["rung"]: row["value"]
        for row in pair.findings.rows()
        if row["variable"] == "relief_cost"
    }
    sizes = {
        row["rung"]: row["value"]
        for row in pair.findings.rows()
        if row["variable"] == "relief_size"
    }
    whole = {"diversify": 10, "stock": 100, "subsidise": 20, "join": 100}
    kinds = {row["rung"]: row["measure"] for row in pair.findings.select("relief_size").rows()}
    for rung, cost in costs.items():
        full = sizes[rung] == pytest.approx(whole[kinds[rung]])
        assert full or cost == pytest.approx(budget, rel=0.5), (rung, cost, budget)


def test_policies_stand_with_their_numbers_the_largest_gain_first(pair):
    for answer, report in pages(pair):
        rows = section(report, "policies").table.rows
        nets = [row["value"] for row in answer.findings.rows() if row["variable"] == "relief_net"]
        assert [row["Net gain of a policy, million USD of 2022 a year"] for row in rows] == nets
        assert report.screen.rows == rows
        costs = [row["value"] for row in answer.findings.rows() if row["variable"] == "relief_cost"]
        assert [row["Cost of a policy, million USD of 2022 a year"] for row in rows] == costs


def test_simpler_measures_stand_beside_the_exact_one(pair):
    variables = {
        "Real income": "real_income",
        "Power": "power",
        "First order": "first_order_cut",
        "Net dependence": "net_dependence",
    }
    for answer, report in pages(pair):
        rows = section(report, "closed").table.rows
        assert len(rows) == 6
        for row in rows:
            items = [item for item, who in SIDES.items() if row["Measure"].endswith(f", {who}")]
            labels = {"item": items[0]} if items else {}
            variable = next(
                key for head, key in variables.items() if row["Measure"].startswith(head)
            )
            for horizon, when in HORIZONS.items():
                assert row[when] == value(answer, variable, horizon=horizon, **labels)
        (text,) = section(report, "closed").text
        assert read(re.search(rf"spends {NUMBER} times its income", text)[1]) == near(
            value(answer, "turnover", item="targets")
        )


def test_what_is_cut_is_named(asked):
    for fields, lead, title in (
        (
            {"sectors": "C26"},
            "If Northland sold Eastland no computers and electronics, ",
            "Northland cuts off Eastland: computers and electronics",
        ),
        (
            {"share": "30%"},
            "If Northland held back 30 % of goods from Eastland, ",
            "Northland cuts off Eastland: 30 % of goods",
        ),
        (
            {"sectors": "C26,C28,SERV"},
            "If Northland sold Eastland nothing at all, ",
            "Northland cuts off Eastland: all sectors",
        ),
        (
            {"sender": "R2,R0"},
            "If Southland and Northland sold Eastland no goods, ",
            "Southland and Northland cut off Eastland: goods",
        ),
    ):
        report = report_of(asked(**{"sender": "R0", "target": "R1", **fields}))
        assert report.lead.startswith(lead)
        assert report.title == title


def test_of_several_targets_the_one_that_is_hit_hardest_is_named(asked):
    names = set()
    for answer, report in pages(asked(sender="R0", target="PAIR")):
        number = next(n for n in report.numbers if n.head.startswith("Hit hardest"))
        of = {"region": ..., "horizon": "long_run"}
        rows = [row for row in found(answer, "real_income", **of) if row["region"] in ("R1", "R2")]
        worst = min(rows, key=lambda row: row["value"])
        assert number.head == f"Hit hardest among PAIR, in the long run: {NAMES[worst['region']]}"
        shows(number.value, worst["value"])
        names.add(worst["region"])
    assert len(names) == 2


def test_a_sector_alone_has_its_curve_as_picture_and_all_countries_on_the_screen(asked):
    report = report_of(asked(sender="R0", target="R1", sectors="C26"))
    assert report.drawn.picture.name == "partial"
    assert [row["Region"] for row in report.screen.rows][:2] == ["Eastland", "Northland"]
    assert "would hurt most" not in report.why
    assert " sectors cut are easier" not in report.why


def test_a_baseline_without_published_elasticities_has_no_band(pair):
    blocks = [
        replace(b, low=None, high=None)
        for b in pair.findings.select(elasticities=None).blocks
        if b.variable != "real_income_median"
    ]
    report = report_of(replace(pair, findings=Findings(tuple(blocks))))
    assert all(number.band == "" for number in report.numbers)
    assert " to " not in report.lead
    assert report.understood[2] == "One set of trade elasticities, given: no band."
    assert "sets" not in [part.name for part in report.drawn.sections]


def test_a_cut_that_was_not_solved_is_left_out_and_blank(pair):
    def unsolved(b):
        at = b.axis_of("sector")
        if b.variable not in ("real_income", "loss_ratio") or at is None:
            return b
        gone = np.array([label == "C26" for label in b.axes[at]["sector"]])
        return replace(
            b, value=np.where(gone.reshape([-1] + [1] * (b.value.ndim - 1)), np.nan, b.value)
        )

    answer = replace(pair, findings=Findings(tuple(map(unsolved, pair.findings.blocks))))
    report = report_of(answer)
    assert "computers" not in report.why.lower()
    row = next(
        r
        for r in section(report, "by-sector").table.rows
        if r["Sector"] == "Computers and electronics"
    )
    assert row["Real income, %, Eastland, long run"] is None


# ---- the matrix --------------------------------------------------------------------------------

CUT = re.compile(
    r"If (?P<sender>\w+) sold (?P<target>\w+) no (?P<what>[\w ]+), (?P=target) would (?P<theirs>lose|gain) "
    rf"(?P<size>{NUMBER}) % of real income and (?P=sender) would (?P<ours>lose|gain) (?P<own>{NUMBER}) % in the "
    r"(?P<when>long run|short run): the strongest of (?P<count>[\d,]+) cuts( of one sector of goods each)? "
    r"among (?P<regions>\d+) economies, under one set of elasticities and so without a band\."
)
CODES = {name: code for code, name in NAMES.items()} | {
    name: code for code, name in SECTORS.items()
}


def losses(answer: Answer, item: str = "targets") -> dict[tuple, float]:
    """(sender, target, sector) -> change of the side's real income, without what is unknown."""
    rows = [
        row
        for row in answer.findings.rows()
        if row["variable"] == "real_income" and row["item"] == item
    ]
    return {
        (row["partner"], row["region"], row.get("sector", "")): row["value"]
        for row in rows
        if row["value"] is not None
    }


def strongest(answer: Answer) -> list[tuple]:
    """Cuts, the largest loss first; by sector of each pair the strongest of goods."""
    theirs = losses(answer)
    ranked = sorted(theirs, key=theirs.get)
    pairs = {}
    for cut in ranked:
        if cut[2] != "SERV":
            pairs.setdefault(cut[:2], cut)
    return list(pairs.values())


def matrices(*answers: Answer):
    for answer in answers:
        yield from pages(answer)


def test_the_matrix_leads_with_the_strongest_cut(matrix, by_sector, asked):
    short = asked(matrix=True, horizon="short_run", regions="R0,R1,R3")
    for answer, report in matrices(matrix, by_sector, short):
        match = CUT.fullmatch(report.lead)
        sector = CODES.get(match["what"], "")
        cut = (CODES[match["sender"]], CODES[match["target"]], sector)
        assert cut == strongest(answer)[0]
        for verb, size, item in (("theirs", "size", "targets"), ("ours", "own", "senders")):
            change = losses(answer, item)[cut]
            assert match[verb] == ("gain" if change > 0 else "lose")
            assert read(match[size]) == near(abs(change))
        assert match["when"] == ("short run" if answer.question.horizon else "long run")
        goods = [cut for cut in losses(answer) if cut[2] != "SERV"]
        assert int(match["count"]) == len(goods)
        assert ("of goods each" in report.lead) == bool(answer.question.by_sector)
        assert int(match["regions"]) == len({cut[0] for cut in losses(answer)})


def test_the_next_strongest_are_named_with_both_losses(matrix, by_sector, monkeypatch):
    monkeypatch.setattr(coerce_matrix, "GREAT", 2)
    great = 0
    for answer, report in matrices(matrix, by_sector):
        income = {row["region"]: row["value"] for row in found(answer, "income", region=...)}
        largest = coerce_matrix.of_most_income(answer.names.table, 2)
        ranked, theirs, ours = strongest(answer), losses(answer), losses(answer, "senders")
        want = [("Next strongest", cut) for cut in ranked[1:3]]
        want += [
            ("Strongest on one of the 2 largest economies", c)
            for c in ranked[3:]
            if c[1] in largest
        ][:1]
        great += len(want) == 3
        assert income
        for number, (first, cut) in zip(report.numbers, want, strict=False):
            sender, target = NAMES[cut[0]], NAMES[cut[1]]
            by = f", {SECTORS[cut[2]]}" if cut[2] else ""
            assert number.head == f"{first}: {sender} cuts off {target}{by}"
            shows(number.value, theirs[cut])
            own = re.fullmatch(f"real income of {target}; of {sender} (.*)", number.note)[1]
            shows(own, ours[cut])
    assert great > 10


def test_cuts_are_counted_by_what_they_cost_and_whom(matrix):
    for answer, report in pages(matrix):
        theirs, (heavy, cheap) = losses(answer), report.numbers[-2:]
        assert heavy.head == "Cuts that cost the target 1 % of real income and more"
        senders = [cut[0] for cut, change in theirs.items() if change <= -1]
        assert heavy.value == f"{len(senders)} of {len(theirs)}"
        said = {CODES[name]: int(n) for name, n in re.findall(r"(\w+land) \((\d+)\)", heavy.note)}
        assert said == {sender: senders.count(sender) for sender in set(senders)}
        assert list(said.values()) == sorted(said.values(), reverse=True)
        assert cheap.head.endswith("than the sender, of those that cost it 0.1 % and more")
        ratios = [
            value(answer, "loss_ratio", partner=a, region=b, horizon="long_run")
            for (a, b, _), change in theirs.items()
            if change <= -0.1
        ]
        known = [ratio for ratio in ratios if ratio is not None]
        free = len(ratios) - len(known)
        assert cheap.value == f"{free + sum(r > 1 for r in known)} of {len(ratios)}"
        middle, nothing = re.fullmatch(
            rf"median USD {NUMBER} for every dollar of the sender; (\d+) cost the sender nothing",
            cheap.note,
        ).groups()
        assert read(middle) == near(median(known))
        assert int(nothing) == free


def test_sectors_are_counted_by_the_pairs_they_hurt_most(by_sector):
    for answer, report in pages(by_sector):
        first, services = report.numbers[-2:]
        worst = [cut[2] for cut in strongest(answer)]
        ranked = sorted(set(worst), key=worst.count, reverse=True)
        name = re.fullmatch("Pairs in which (.*) would hurt most", first.head)[1]
        assert worst.count(CODES[name]) == worst.count(ranked[0])
        assert first.value == f"{worst.count(ranked[0])} of {len(worst)}"
        others = {
            CODES[n]: int(k)
            for n, k in re.findall(r"([a-z][a-z ]+) \((\d+)\)", first.note.removeprefix("next "))
        }
        assert others == {s: worst.count(s) for s in set(worst) - {CODES[name]}}
        theirs = losses(answer)
        goods = {cut[:2]: theirs[cut] for cut in strongest(answer)}
        its = {cut: change for cut, change in theirs.items() if cut[2] == "SERV"}
        more = sum(change < goods[cut[:2]] for cut, change in its.items())
        assert services.value == f"{more} of {len(its)}"
        assert "services" in services.head


@pytest.mark.parametrize("most", [2, 5])
def test_the_reason_counts_senders_that_are_larger(matrix, by_sector, monkeypatch, most):
    monkeypatch.setattr(coerce_matrix, "STRONGEST", most)
    texts = set()
    for answer, report in matrices(matrix, by_sector):
        income = {row["region"]: row["value"] for row in found(answer, "income", region=...)}
        cuts = strongest(answer)[:most]
        larger = sum(income[a] > income[b] for a, b, _ in cuts)
        text = re.search(
            r"in (all \d+|\d+ of the \d+) strongest cuts the sender's economy is the larger one",
            report.why,
        )[1]
        assert text == (
            f"all {len(cuts)}" if larger == len(cuts) else f"{larger} of the {len(cuts)}"
        )
        texts.add(text)
    assert coerce_matrix.STRONGEST < 2 * 12, "of all cuts every pair counts both ways: always half"
    assert len(texts) > 1


def test_the_heatmap_has_senders_in_rows_and_the_worst_loss_in_its_first_column(matrix):
    for answer, report in pages(matrix):
        picture, theirs = report.drawn.picture, losses(answer)
        axis = "Change of the target's real income, %"
        assert picture.rows[0].keys() == {"Sender", "Target", axis}
        assert all("Sender" in row for row in picture.table)
        cells = {(row["Sender"], row["Target"]): row[axis] for row in picture.rows}
        want = {(NAMES[a], NAMES[b]): change for (a, b, _), change in theirs.items()}
        assert {key: number for key, number in cells.items() if number is not None} == want
        assert len(cells) == 4 * len({key[1] for key in want})
        columns = [*dict.fromkeys(row["Target"] for row in picture.rows)]
        worst = {
            NAMES[b]: min(c for (_, t, _), c in theirs.items() if t == b) for _, b, _ in theirs
        }
        assert columns == sorted(worst, key=worst.get)
        assert columns[0] == CUT.fullmatch(report.lead)["target"]
        for row in picture.spec["data"]["values"]:
            if row["value"] is not None:
                who, change = row["tip"].split(": ")
                assert who == f"{row['row']} cuts off {row['column']}"
                shows(change, row["value"])


def test_the_picture_by_sector_names_who_cuts_off_whom(by_sector, monkeypatch):
    for most in (1, 12):
        monkeypatch.setattr(coerce_matrix, "MOST_SECTORS", most)
        for answer, report in pages(by_sector):
            theirs, worst = losses(answer), {}
            for cut in sorted(theirs, key=theirs.get):
                if cut[2] != "SERV":
                    worst.setdefault(cut[2], cut)
            want = [
                (
                    f"{SECTORS[sector].capitalize()}: {NAMES[a]} cuts off {NAMES[b]}",
                    theirs[a, b, sector],
                )
                for a, b, sector in worst.values()
            ]
            axis = "Change of the target's real income, %"
            head = "Sector, and who cuts off whom"
            assert report.drawn.picture.table == [{head: n, axis: c} for n, c in want[:most]]
            note = " ".join(report.drawn.picture.spec["title"]["subtitle"])
            assert ("; the 1 of 2 sectors that hurt most" in note) == (most == 1)
            assert "; services, one sector here, are left out." in note


def test_services_are_said_to_be_left_out_only_where_none_is_cut(pair, matrix, by_sector, asked):
    named = asked(sender="R0", target="R1", sectors="C26,SERV")
    for answer, left in ((pair, True), (matrix, True), (by_sector, False), (named, False)):
        lines = [line for line in answer.not_modelled if line.startswith("Services, unless")]
        assert len(lines) == left
        assert len(answer.not_modelled) == len(Coerce.LEFT_OUT) - (not left)


def test_tables_of_cuts_are_ranked_and_hold_both_sides(matrix, by_sector):
    heads = (
        "Real income, %, target",
        "Real income, %, sender",
        "Target's loss over sender's, USD per USD",
    )
    for answer, report in matrices(matrix, by_sector):
        theirs, ours = losses(answer), losses(answer, "senders")
        rows = section(report, "strongest").table.rows
        assert report.screen.rows == rows
        cuts = [
            (
                CODES[row["Sender"]],
                CODES[row["Target"]],
                CODES[row["Sector"].lower()] if "Sector" in row else "",
            )
            for row in rows
        ]
        assert cuts == strongest(answer)
        for cut, row in zip(cuts, rows, strict=True):
            where = {"partner": cut[0], "region": cut[1], "horizon": "long_run"} | (
                {"sector": cut[2]} if cut[2] else {}
            )
            ratio = value(answer, "loss_ratio", **where)
            assert [row[head] for head in heads] == [theirs[cut], ours[cut], ratio]
            (won,) = found(answer, "winner_gain", item=..., **where)
            assert row["Third region that gains most"] == NAMES[won["item"]]
            assert row["Largest gain of a third region, %"] == won["value"]
        cheap = section(report, "cheapest").table.rows
        assert len(cheap) == sum(theirs[cut] <= -0.1 for cut in cuts)
        ratios = [row[heads[2]] for row in cheap]
        title = "Most lost by the target per dollar of the sender's loss"
        assert section(report, "cheapest").title == title
        assert ratios == sorted(ratios, key=lambda ratio: -np.inf if ratio is None else -ratio)


def test_a_column_that_no_cut_fills_is_left_out(asked):
    """Between two economies of whose others none is named there still are others; of a world of two there are none."""
    answer = asked(matrix=True, by_sector=True, regions="R0,R1")
    bare = [b for b in answer.findings.blocks if b.variable != "winner_gain"]
    for one_, there in ((answer, True), (replace(answer, findings=Findings(tuple(bare))), False)):
        heads = report_of(one_).screen.rows[0]
        assert ("Third region that gains most" in heads) == there
        assert ("Largest gain of a third region, %" in heads) == there


def test_what_was_asked_of_a_matrix_is_said(matrix, by_sector, asked):
    half = asked(matrix=True, sectors="C28", share="50%", regions="R0,R1")
    for answer, cut in (
        (matrix, "goods, long run"),
        (by_sector, "all sectors, each sector alone, long run"),
        (half, "50 % of machinery, long run"),
    ):
        what, sign, sets, soft = report_of(answer).understood
        assert f"nobody answers: {cut}. " in what
        assert "A loss is negative, in % of one's own income of 2022" in sign
        assert "One set of trade elasticities, given:" in sets
        assert "a hundred times its price" in soft
    assert report_of(half).lead.startswith("If ")
    assert " held back 50 % of machinery from " in report_of(half).lead


def test_cuts_that_were_not_solved_are_in_no_ranking(matrix):
    def unsolved(b):
        at = b.axis_of("partner")
        if at is None:
            return b
        gone = [
            pair == ("R0", "R1")
            for pair in zip(b.axes[at]["partner"], b.axes[at]["region"], strict=True)
        ]
        return replace(
            b, value=np.where(np.reshape(gone, [-1] + [1] * (b.value.ndim - 1)), np.nan, b.value)
        )

    report = report_of(
        replace(matrix, findings=Findings(tuple(map(unsolved, matrix.findings.blocks))))
    )
    assert ("Northland", "Eastland") not in [(r["Sender"], r["Target"]) for r in report.screen.rows]
    assert "the strongest of 11 cuts" in report.lead


# ---- every page --------------------------------------------------------------------------------


def test_a_page_shows_findings_and_no_code(pair, matrix, by_sector):
    for answer, report in matrices(pair, matrix, by_sector):
        off = [
            number
            for number in unfounded(report)
            if number not in {n / 10 for n in range(0, 1001, 100)}
        ]
        assert not [number for number in off if number not in {float(n) for n in range(0, 101, 10)}]
        said = " ".join([report.title, *report.sentences, *report.proof])
        assert not re.search(
            r"\b(R[0-3]|C\d\d|SERV|grip|[a-z]+_[a-z_]+|\d(?:\.\d+)?e[+-]?\d)\b", said
        ), said
        assert answer.findings


def test_every_picture_says_its_sign_and_horizon(pair, matrix, by_sector):
    for answer in (pair, matrix, by_sector):
        for one_ in report_of(answer).drawn.figures:
            note = " ".join(one_.spec["title"]["subtitle"]).replace("\N{NO-BREAK SPACE}", " ")
            assert "a loss is negative" in note
            data = str(one_.spec)
            assert "long run" in note or ("long run" in data and "short run" in data)


def test_every_picture_fits_the_schema_and_a_page_is_written_whole(pair, matrix, tmp_path):
    for answer in (pair, matrix):
        report = report_of(answer)
        for one_ in report.drawn.figures:
            one_.chart.to_dict()
            assert one_.alt
        page = write_report(report, tmp_path / answer.question.kind() / str(answer is pair))
        text = page.read_text(encoding="utf-8")
        assert all(f'id="{part.name}"' in text for part in report.drawn.sections)
        assert "one part in 10,000,000,000: converged" in text
