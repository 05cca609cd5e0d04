"""The page of `pax ally`: what an alliance is worth, what joins add by layer, who would stay, who should pay."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from paxsilica.analysis.alliance.layers import RAW_YEAR
from paxsilica.names.products import hs_names
from paxsilica.questions.question import Answer
from paxsilica.report import words
from paxsilica.report.ally_charts import MEMBER, NEWCOMER, bands, steps
from paxsilica.report.look import AFTER, BEFORE, PLAIN, Figure, Rows, heading, pair_bars, styled
from paxsilica.report.pages import ally_next
from paxsilica.report.pages.ally_words import (
    MEMBERS,
    TOGETHER,
    AllyTold,
    ally_summary,
    bar,
    basis,
    years_of,
)
from paxsilica.report.report import Report, Section, Table, from_bullets

MOST_RAW = 40

ABOUT = {
    "preference": "Gain of the members' real income when they trade goods with one another free of tariffs.",
    "leverage": "Loss of the adversary's real income when the members together sell it nothing of the critical "
    "sectors. A bloc's own gain is what that does to itself.",
    "resilience": "What free trade of critical goods among those in the coalition saves them while the adversary "
    "sells none of the whole alliance anything of the critical sectors.",
}

ASKED = {
    "join_preference": "own, free trade of goods with the members",
    "join_embargo": "own, joining the cut of critical goods",
    "join_resilience": "own, free critical goods while cut off",
    "join_members": "members', free trade with the newcomer",
}
"""Questions of the chart, all about gains of joining."""

LEVELS = {
    "join_leverage_before": "adversary's loss when the members cut it off, without the newcomer",
    "join_leverage_after": "the same with the newcomer",
    "join_cost": "gain of all who cut",
    "join_exposure": "gain of all when the adversary cuts them off",
}

BROUGHT = {
    "bloc_first": "first in",
    "bloc_shapley": "Shapley value",
    "bloc_error": "standard error",
    "bloc_last": "last in",
    "bloc_own": "own gain when all are in",
}
"""What a bloc brings, in the order of the columns; three of them are drawn."""

Column = Mapping[str, Any]
"""Label of a row -> its number."""

DRAWN = {"first in": BEFORE, "Shapley value": AFTER, "last in": PLAIN}


def report(answer: Answer) -> Report:
    """The page of one alliance with those who are added, or of everybody outside."""
    t = AllyTold(answer)
    if answer.question.model_dump()["who_next"]:
        return ally_next.next_report(t)
    sections = [
        _by_layer(t),
        *(_brought(t, kind) for kind in t.kinds),
        *([_other_sets(t)] if t.sets else []),
        *(_joining(t, bloc) for bloc in t.joining),
        _stability(t),
        _burden(t),
        *([_rival_bloc(t)] if t.rivals else []),
        _raw_materials(t),
    ]
    whose = f" with {t.added}" if t.added else ""
    return from_bullets(
        answer,
        kind="ally",
        title=f"{words.sentence(t.alliance)}{whose}, {t.names.day}, against {t.adversary}",
        basis=basis(t),
        summary=ally_summary(t),
        sections=sections,
    )


def _columns(
    first: str,
    labels: Iterable[str],
    columns: Mapping[str, Column],
    name: Callable[[str], str] = str,
) -> Rows:
    """A row for each label, under its name in the first column; a number that a column lacks is not known."""
    return [
        {first: name(label)} | {head: numbers.get(label) for head, numbers in columns.items()}
        for label in labels
    ]


def _more(after: Column, before: Column) -> dict[str, float]:
    return {label: value - before[label] for label, value in after.items()}


def _shares(t: AllyTold, before: Column, after: Column) -> dict[str, Column]:
    """What members hold, and with those who are added, if anybody is."""
    if not t.added:
        return {"together, %": after}
    return {"without, %": before, "together, %": after, "added, points": _more(after, before)}


def _by_layer(t: AllyTold) -> Section:
    blocs = (*t.who["members"], *t.who["added"])
    names = {bloc: t.title(bloc) for bloc in blocs}
    kinds = {bloc: NEWCOMER if bloc in t.who["added"] else MEMBER for bloc in blocs}
    before, after = t.covered(MEMBERS), t.covered(TOGETHER)
    held = {bloc: t.along("coverage", "item", region=bloc) for bloc in blocs}
    shares = {layer: {bloc: of[layer] for bloc, of in held.items()} for layer in after}
    notes = [
        "Share of the world's output, mean over the stages of a layer, percentage points; data of "
        f"{years_of(t.chain)} by stage. Each bar starts where the one above it ended, 0 to 100 % in every column. 0 is no "
        "output named by the source."
    ]
    title = f"{t.chain['title']}: what each member adds, layer by layer"
    chart = steps(shares, kinds, names, title, notes)
    columns = {**_shares(t, before, after), **_lost_by_layer(t)}
    text = (
        "Coverage counts plants, or firms where a stage says so, of members and of members inside the rest of the "
        f"world. The loss of {t.adversary} is that of cutting the goods of this layer alone; losses of several "
        "layers do not add up. Empty: a layer of services, which cannot be cut here.",
    )
    says = f"Waterfall of the share of {len(names)} blocs in {len(shares)} layers."
    rows = _columns("layer", after, columns)
    return Section("layers", "By layer", text, (Figure("layers", chart, says),), Table(rows))


def _lost_by_layer(t: AllyTold) -> dict[str, Column]:
    """What the adversary loses by a layer alone, over which range, and what that costs; nothing for services."""
    lost = t.along("layer_leverage", "item", scenario=TOGETHER, elasticities=None)
    found: dict[str, Column] = {f"{t.adversary}'s loss if cut, million USD": lost}
    rows = t.findings.select("layer_leverage", scenario=TOGETHER, elasticities=None).rows()
    for end, which in (("low", "lowest"), ("high", "highest")) if t.sets else ():
        head = f"{which} of {len(t.sets)} sets, million USD"
        found[head] = {row["item"]: row[end] for row in rows}
    if t.who["added"]:
        alone = t.along("layer_leverage", "item", scenario=MEMBERS)
        found["of it added, million USD"] = _more(lost, alone)
    return found | {"own change of those who cut, million USD": t.along("layer_cost", "item")}


def _brought(t: AllyTold, kind: str) -> Section:
    found = {head: t.along(key, "region", measure=kind) for key, head in BROUGHT.items()}
    shapley = found["Shapley value"]
    ranked = sorted(shapley, key=lambda bloc: -shapley[bloc])
    drawn = [
        {"which": which, **bar(t.title(bloc), found[which][bloc], f"{t.title(bloc)}, {which}")}
        for bloc in ranked
        for which in DRAWN
    ]
    notes = [f"Million USD of {t.year} a year. {ABOUT[kind]} Gains positive; 0 is a real zero."]
    title = heading(f"{words.sentence(kind)}: what each bloc brings", notes)
    chart = styled({"title": title, **pair_bars(drawn, f"Million USD of {t.year}", DRAWN)})
    columns = _in_million({head: of for head, of in found.items() if of})
    rows = _columns("bloc", ranked, columns, t.title)
    says = f"Bars of first-in, Shapley and last-in value of {len(ranked)} blocs."
    figure = Figure(f"value-{kind}", chart, says)
    return Section(kind, words.sentence(kind), _meaning(t, kind), (figure,), Table(rows))


def _meaning(t: AllyTold, kind: str) -> tuple[str, ...]:
    worth = f"Together {words.money(t.worth(kind))} a year"
    if t.who["added_blocs"]:
        worth += f", {words.money(t.worth(kind, MEMBERS))} without {t.added}"
    solved, orders = (
        int(t.of(key, measure=kind)) for key in ("coalitions_solved", "orders_sampled")
    )
    how = (
        f"Sampled: {orders} orders of entry, {solved:,} equilibria; the standard error stands beside. The core needs "
        "all coalitions and is not judged: there are too many beyond 12 blocs."
        if orders
        else f"Exact: all {solved:,} coalitions are solved."
    )
    meaning = (
        "First in: what the bloc is worth alone; last in: what is lost when it leaves all others; the Shapley value "
        "is the mean over all orders of entry and sums to the whole."
    )
    told = (f"{ABOUT[kind]} {worth}.", f"{meaning} {how}")
    if not t.findings.select("least_core", measure=kind).blocks:
        return told
    epsilon = t.of("least_core", measure=kind)
    short = f"is {words.money(epsilon)} short of"
    held = short if epsilon > 0 else f"has at least {words.money(-epsilon)} more than"
    return (
        *told,
        f"The core is {'empty' if t.of('core_is_empty', measure=kind) else 'not empty'}: in the division that holds "
        f"best, a group of members {held} what it would have by itself (least core).",
    )


def _dots(told: Mapping[str, Column], unit: float = 1.0) -> Rows:
    """A dot for every number under every set of elasticities."""
    return [
        bar(label, value, f"{name}, {label}", unit)
        for label, of in told.items()
        for name, value in of.items()
    ]


def _in_million(told: Mapping[str, Column]) -> dict[str, Column]:
    return {f"{label}, million USD": of for label, of in told.items()}


def _other_sets(t: AllyTold) -> Section:
    kinds = {
        "preference": "free trade of goods: gain of all",
        "leverage": f"joint cut: loss of {t.adversary}",
        "resilience": "free critical goods while cut off: gain of all",
    }
    told = {
        kinds[kind]: t.by_set("alliance_worth", measure=kind, scenario=TOGETHER) for kind in t.kinds
    }
    for layer in t.along("layer_cost", "item"):
        label = f"{layer} alone cut: loss of {t.adversary}"
        told[label] = t.by_set("layer_leverage", item=layer, scenario=TOGETHER)
    notes = [
        f"Billion USD of {t.year} a year; a dot for each of {len(t.sets)} sets of trade elasticities, a tick at the "
        "median. The range is no confidence interval."
    ]
    title = f"{words.sentence(t.together)} under other elasticities"
    chart = bands(_dots(told, unit=1e3), f"Billion USD of {t.year}", title, notes)
    text = (
        "Everything else on this page, but for what joining brings, rests on the set that is marked as used.",
    )
    says = f"Dots and ranges of {len(told)} values over {len(t.sets)} sets of elasticities."
    used = t.economy.about.elasticities
    marked = {used: f"{used} (used)"}
    rows = _columns("elasticities", t.sets, _in_million(told), lambda name: marked.get(name, name))
    return Section("sets", "Other elasticities", text, (Figure("sets", chart, says),), Table(rows))


def _joining(t: AllyTold, bloc: str) -> Section:
    who, income = t.name(bloc), t.of("income", region=bloc)
    told = {label: t.by_set(key, region=bloc) for key, label in {**ASKED, **LEVELS}.items()}
    notes = [
        f"Million USD of {t.year} a year, gains positive; a dot for each of {len(t.sets)} sets of trade "
        "elasticities, a tick at the median. The sets differ in method and country; the range is no confidence "
        "interval."
    ]
    drawn = _dots({label: told[label] for label in ASKED.values()})
    chart = bands(drawn, f"Gain, million USD of {t.year}", f"What joining brings {who}", notes)
    free = told[ASKED["join_preference"]]
    share = {name: 100 * gain / income for name, gain in free.items()}
    columns = _in_million(told) | {"own, free trade of goods, % of its income": share}
    text = (
        f"{words.sentence(who)} joins the members, nobody else does. What it gains or pays is its own alone.",
    )
    says = f"Dots and ranges of four gains over {len(t.sets)} sets of elasticities."
    rows = _columns("elasticities", t.sets, columns)
    shown = ("elasticities", *list(columns)[: len(ASKED)])
    name, figure = f"joining-{bloc}", Figure(f"joining-{bloc}", chart, says)
    return Section(name, f"What joining brings {who}", text, (figure,), Table(rows, shown=shown))


def _stability(t: AllyTold) -> Section:
    rows, verdicts = [], []
    for who in (MEMBERS, TOGETHER) if t.who["added_blocs"] else (MEMBERS,):
        alliance = t.together if who == TOGETHER else t.alliance
        moves = {move: t.moves(who, move) for move in ("leaves", "joins")}
        wins = {move: any(t.gains(who, g) for g in of.values()) for move, of in moves.items()}
        rows += [
            {
                "alliance": alliance,
                "bloc": t.title(bloc),
                "move": move,
                "gain by it, million USD": gain,
                "gains": t.gains(who, gain),
            }
            for move, of in moves.items()
            for bloc, gain in of.items()
        ]
        stable = {move: "not " if won else "" for move, won in wins.items()}
        verdict = f"{alliance}: {stable['leaves']}internally stable "
        verdict += f"({'somebody gains' if wins['leaves'] else 'nobody gains'} by leaving)"
        if moves["joins"]:
            verdict += f", {stable['joins']}externally stable"
        verdicts.append(verdict)
    about = (
        "Free trade of goods, one bloc at a time, everybody else staying (d'Aspremont et al. 1983). Externally stable: "
        "none of those considered, the added, gains by joining. Security, and what else binds an alliance, is not "
        "counted."
    )
    text = (". ".join(verdicts) + ".", about)
    return Section("stability", "Would members stay", text, (), Table(rows))


def _burden(t: AllyTold) -> Section:
    paid = t.along("side_payment", "region")
    columns = {
        "income, million USD": t.along("income", "region"),
        "real income without payments, %": t.along("real_income", "region", scenario="unpaid"),
        "real income with payments, %": t.along("real_income", "region", scenario="paid"),
        "receives (pays: negative), million USD": paid,
    }
    rows = _columns("bloc", paid, columns, t.title)
    text = (
        f"If all members sell {t.adversary} nothing of the critical sectors: side payments after which real income "
        f"of every bloc changes by the same {words.percent(t.of('shared_real_income'))} (Chowdhry, Hinz, Kamin and "
        "Wanner 2024). They sum to zero and are part of the equilibrium: what is received is spent, and moves wages "
        "and prices. Million USD at unchanged world labour income. Inside a bloc of several countries each has its "
        "part by income, and what it loses may differ.",
    )
    return Section("payments", "Equal burdens", text, (), Table(rows))


def _rival_bloc(t: AllyTold) -> Section:
    alone = {kind: t.worth(kind) for kind in t.kinds}
    facing = t.along("worth_facing_rivals", "measure")
    columns = {
        "without the rival bloc, million USD": alone,
        "facing it, million USD": facing,
        "change, million USD": _more(facing, alone),
        "members' gain from the rival bloc itself, million USD": t.along(
            "rivals_own_effect", "measure"
        ),
    }
    text = (
        f"{words.sentence(t.rivals)} trade goods free of tariffs among themselves, whatever the alliance does.",
    )
    rows = _columns("value", t.kinds, columns)
    return Section("rivals", "A rival bloc", text, (), Table(rows))


def _raw_materials(t: AllyTold) -> Section:
    before, after = (
        t.along("export_share", "product", scenario=who) for who in (MEMBERS, TOGETHER)
    )
    gain = _more(after, before)
    ranked = sorted(after, key=lambda code: (-gain[code], -after[code]))
    columns = {"HS": {code: code for code in after}, **_shares(t, before, after)}
    rows = _columns("product", ranked, columns, hs_names().__getitem__)
    mean = [f"{t.of('export_share_mean', scenario=who):.1f} %" for who in (TOGETHER, MEMBERS)]
    said = f"{mean[0]}, {mean[1]} without {t.added}" if t.added else mean[0]
    text = (
        f"Share of world exports by value, {RAW_YEAR} (CEPII BACI), {len(after)} codes: mean {said}. Exports, not "
        "output, trade among the members included; every code counts alike.",
    )
    return Section("raw", "Raw materials", text, (), Table(rows[: MOST_RAW if t.added else None]))
