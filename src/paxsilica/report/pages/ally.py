"""The page of `pax ally`: what an alliance is worth, what joins add by layer, who would stay, who should pay."""

from __future__ import annotations

from typing import Any

import numpy as np

from paxsilica.names.products import hs_names
from paxsilica.questions.question import Answer
from paxsilica.report import words
from paxsilica.report.ally_charts import MEMBER, NEWCOMER, bands, steps
from paxsilica.report.look import AFTER, BEFORE, PLAIN, Figure, Rows, heading, pair_bars, styled
from paxsilica.report.pages import ally_next
from paxsilica.report.pages.ally_words import MEMBERS, TOGETHER, Told, basis, summary, told_of
from paxsilica.report.sheet import Section, Sheet, Table

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


def sheet(answer: Answer) -> Sheet:
    """The page of one alliance with those who are added, or of everybody outside."""
    t = told_of(answer)
    if answer.question.model_dump()["who_next"]:
        return ally_next.sheet(t)
    sections = [
        _layers(t),
        *(_value(t, kind) for kind in t.kinds),
        *([_sets(t)] if t.sets else []),
        *(_joining(t, bloc) for bloc in t.joining),
        _stays(t),
        _burden(t),
        *([_rivals(t)] if t.rivals else []),
        _raw(t),
    ]
    whose = f" with {t.added}" if t.added else ""
    return Sheet.of(
        answer,
        kind="ally",
        title=f"{words.sentence(t.alliance)}{whose}, {t.day}, against {t.adversary}",
        basis=basis(t),
        summary=summary(t),
        sections=sections,
    )


def _layers(t: Told) -> Section:
    new, blocs = t.who["added"], t.labels("coverage", "region")
    names = {bloc: t.title(bloc) for bloc in blocs}
    kinds = {bloc: NEWCOMER if bloc in new else MEMBER for bloc in blocs}
    held = t.findings.array("coverage", region=blocs)
    shares = {
        layer: dict(zip(blocs, held[:, at].tolist(), strict=True))
        for at, layer in enumerate(t.layers)
    }
    years = t.chain["years"]
    span = f"{years[0]} to {years[-1]}" if len(years) > 1 else str(*years) if years else "no year"
    notes = [
        f"Share of the world's output, mean over the stages of a layer, percentage points; data of {span} by stage. "
        "Each bar starts where the one above it ended, 0 to 100 % in every column. 0 is no output named by the source."
    ]
    title = f"{t.chain['title']}: what each member adds, layer by layer"
    chart = steps(shares, kinds, names, title, notes)
    before, after = t.covered(MEMBERS), t.covered(TOGETHER)
    rows = [
        {
            "layer": layer,
            **({"without, %": before[layer]} if new else {}),
            "together, %": after[layer],
            **({"added, points": after[layer] - before[layer]} if new else {}),
            **_leverage(t, layer),
        }
        for layer in t.layers
    ]
    text = (
        "Coverage counts plants, or firms where a stage says so, of members and of members inside the rest of the "
        f"world. The loss of {t.adversary} is that of cutting the goods of this layer alone; losses of several "
        "layers do not add up. Empty: a layer of services, which cannot be cut here.",
    )
    says = f"Waterfall of the share of {len(names)} blocs in {len(shares)} layers."
    return Section("layers", "By layer", text, (Figure("layers", chart, says),), Table(rows))


def _leverage(t: Told, layer: str) -> dict[str, float | None]:
    """What the adversary loses by a layer alone, over which range, and what that costs; nothing for services."""
    lost: dict[str, Any] = {}
    if layer in t.traded:
        rows = t.findings.select("layer_leverage", item=layer, elasticities=None).rows()
        lost = {row["scenario"]: row for row in rows}
        lost["cost"] = t.of("layer_cost", item=layer)
    after = lost[TOGETHER]["value"] if lost else None
    told = {f"{t.adversary}'s loss if cut, million USD": after}
    for end, which in (("low", "lowest"), ("high", "highest")) if t.sets else ():
        told[f"{which} of {len(t.sets)} sets, million USD"] = lost[TOGETHER][end] if lost else None
    if t.who["added"]:
        told["of it added, million USD"] = after - lost[MEMBERS]["value"] if lost else None
    return {**told, "own change of those who cut, million USD": lost.get("cost")}


def _value(t: Told, kind: str) -> Section:
    blocs = t.labels("bloc_shapley", "region", measure=kind)
    keys = {"first in": "first", "Shapley value": "shapley", "last in": "last"}
    colours = {"first in": BEFORE, "Shapley value": AFTER, "last in": PLAIN}
    sampled = bool(t.of("orders_sampled", measure=kind))
    found = {
        key: t.findings.array(f"bloc_{key}", measure=kind).tolist()
        for key in ("first", "shapley", "last", "own", *(["error"] if sampled else []))
    }
    ranked = sorted(range(len(blocs)), key=lambda at: -found["shapley"][at])
    drawn: Rows = [
        {
            "which": which,
            "label": t.title(blocs[at]),
            "value": found[key][at],
            "text": words.signed(found[key][at]),
            "tip": f"{t.title(blocs[at])}, {which}: {words.signed_money(found[key][at])}",
        }
        for at in ranked
        for which, key in keys.items()
    ]
    year = t.money_year()
    notes = [f"Million USD of {year} a year. {ABOUT[kind]} Gains positive; 0 is a real zero."]
    title = heading(f"{words.sentence(kind)}: what each bloc brings", notes)
    chart = styled({"title": title, **pair_bars(drawn, f"Million USD of {year}", colours)})
    heads = {
        "first": "first in, million USD",
        "shapley": "Shapley value, million USD",
        "error": "standard error, million USD",
        "last": "last in, million USD",
        "own": "own gain when all are in, million USD",
    }
    rows = [
        {"bloc": t.title(blocs[at])}
        | {head: found[key][at] for key, head in heads.items() if key in found}
        for at in ranked
    ]
    says = f"Bars of first-in, Shapley and last-in value of {len(ranked)} blocs."
    figure = Figure(f"value-{kind}", chart, says)
    return Section(kind, words.sentence(kind), _meaning(t, kind), (figure,), Table(rows))


def _meaning(t: Told, kind: str) -> tuple[str, ...]:
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


def _sets(t: Told) -> Section:
    year = t.money_year()
    kinds = {
        "preference": "free trade of goods: gain of all",
        "leverage": f"joint cut: loss of {t.adversary}",
        "resilience": "free critical goods while cut off: gain of all",
    }
    told = {
        kinds[kind]: t.over_sets("alliance_worth", measure=kind, scenario=TOGETHER)
        for kind in t.kinds
    }
    for layer in t.traded:
        label = f"{layer} alone cut: loss of {t.adversary}"
        told[label] = t.over_sets("layer_leverage", item=layer, scenario=TOGETHER)
    rows: Rows = [
        {
            "label": label,
            "value": float(value) / 1e3,
            "tip": f"{name}, {label}: {words.signed_money(float(value))}",
        }
        for label, values in told.items()
        for name, value in zip(t.sets, values, strict=True)
    ]
    notes = [
        f"Billion USD of {year} a year; a dot for each of {len(t.sets)} sets of trade elasticities, a tick at the "
        "median. The range is no confidence interval."
    ]
    title = f"{words.sentence(t.together)} under other elasticities"
    chart = bands(rows, f"Billion USD of {year}", title, notes)
    own = t.economy.about.elasticities
    table = [
        {
            "elasticities": name + (" (used)" if name == own else ""),
            **{f"{label}, million USD": float(values[at]) for label, values in told.items()},
        }
        for at, name in enumerate(t.sets)
    ]
    text = (
        "Everything else on this page, but for what joining brings, rests on the set that is marked as used.",
    )
    says = f"Dots and ranges of {len(told)} values over {len(t.sets)} sets of elasticities."
    return Section("sets", "Other elasticities", text, (Figure("sets", chart, says),), Table(table))


def _joining(t: Told, bloc: str) -> Section:
    who, year = t.name(bloc), t.money_year()
    told = {key: t.over_sets(key, region=bloc) for key in {**ASKED, **LEVELS}}
    income = t.of("income", region=bloc)
    rows: Rows = [
        {
            "label": label,
            "value": float(value),
            "tip": f"{name}, {label}: {words.signed_money(float(value))}",
        }
        for key, label in ASKED.items()
        for name, value in zip(t.sets, told[key], strict=True)
    ]
    notes = [
        f"Million USD of {year} a year, gains positive; a dot for each of {len(t.sets)} sets of trade "
        "elasticities, a tick at the median. The sets differ in method and country; the range is no confidence "
        "interval."
    ]
    chart = bands(rows, f"Gain, million USD of {year}", f"What joining brings {who}", notes)
    table = [
        {
            "elasticities": name,
            **{
                f"{label}, million USD": float(told[key][at])
                for key, label in {**ASKED, **LEVELS}.items()
            },
            "own, free trade of goods, % of its income": 100 * told["join_preference"][at] / income,
        }
        for at, name in enumerate(t.sets)
    ]
    text = (
        f"{words.sentence(who)} joins the members, nobody else does. What it gains or pays is its own alone.",
    )
    says = f"Dots and ranges of four gains over {len(t.sets)} sets of elasticities."
    shown = ("elasticities", *(f"{label}, million USD" for label in ASKED.values()))
    return Section(
        f"joining-{bloc}",
        f"What joining brings {who}",
        text,
        (Figure(f"joining-{bloc}", chart, says),),
        Table(table, shown=shown),
    )


def _stays(t: Told) -> Section:
    rows, verdicts = [], []
    for who, moves in t.moves.items():
        alliance = t.together if who == TOGETHER else t.alliance
        wins = {move: False for move, _, _ in moves}
        for move, bloc, gain in moves:
            gains = t.gains(who, gain)
            wins[move] |= gains
            rows.append(
                {
                    "alliance": alliance,
                    "bloc": t.title(bloc),
                    "move": move,
                    "gain by it, million USD": gain,
                    "gains": gains,
                }
            )
        leaves = wins.get("leaves", False)
        verdict = f"{alliance}: {'not ' if leaves else ''}internally stable "
        verdict += f"({'somebody gains' if leaves else 'nobody gains'} by leaving)"
        if "joins" in wins:
            verdict += f", {'not ' if wins['joins'] else ''}externally stable"
        verdicts.append(verdict)
    about = (
        "Free trade of goods, one bloc at a time, everybody else staying (d'Aspremont et al. 1983). Externally stable: "
        "none of those considered, the added, gains by joining. Security, and what else binds an alliance, is not "
        "counted."
    )
    text = (". ".join(verdicts) + ".", about)
    return Section("stability", "Would members stay", text, (), Table(rows))


def _burden(t: Told) -> Section:
    blocs = t.labels("side_payment", "region")
    income, paid = (t.findings.array(key, region=blocs) for key in ("income", "side_payment"))
    without, shared = t.findings.array("real_income")
    rows = [
        {
            "bloc": t.title(bloc),
            "income, million USD": float(income[at]),
            "real income without payments, %": float(without[at]),
            "real income with payments, %": float(shared[at]),
            "receives (pays: negative), million USD": float(paid[at]),
        }
        for at, bloc in enumerate(blocs)
    ]
    text = (
        f"If all members sell {t.adversary} nothing of the critical sectors: side payments after which real income "
        f"of every bloc changes by the same {words.percent(t.of('shared_real_income'))} (Chowdhry, Hinz, Kamin and "
        "Wanner 2024). They sum to zero and are part of the equilibrium: what is received is spent, and moves wages "
        "and prices. Million USD at unchanged world labour income. Inside a bloc of several countries each has its "
        "part by income, and what it loses may differ.",
    )
    return Section("payments", "Equal burdens", text, (), Table(rows))


def _rivals(t: Told) -> Section:
    rows = [
        {
            "value": row["measure"],
            "without the rival bloc, million USD": t.worth(row["measure"]),
            "facing it, million USD": row["value"],
            "change, million USD": row["value"] - t.worth(row["measure"]),
            "members' gain from the rival bloc itself, million USD": t.of(
                "rivals_own_effect", measure=row["measure"]
            ),
        }
        for row in t.findings.select("worth_facing_rivals").rows()
    ]
    text = (
        f"{words.sentence(t.rivals)} trade goods free of tariffs among themselves, whatever the alliance does.",
    )
    return Section("rivals", "A rival bloc", text, (), Table(rows))


def _raw(t: Told) -> Section:
    codes, (before, after) = t.labels("export_share", "product"), t.findings.array("export_share")
    gain = after - before
    rows = [
        {
            "product": hs_names()[codes[at]],
            "HS": codes[at],
            **({"without, %": float(before[at])} if t.added else {}),
            "together, %": float(after[at]),
            **({"added, points": float(gain[at])} if t.added else {}),
        }
        for at in np.lexsort((-after, -gain))
    ]
    mean = [f"{t.of('export_share_mean', scenario=who):.1f} %" for who in (TOGETHER, MEMBERS)]
    said = f"{mean[0]}, {mean[1]} without {t.added}" if t.added else mean[0]
    text = (
        f"Share of world exports by value, {t.raw_year} (CEPII BACI), {len(codes)} codes: mean {said}. Exports, not "
        "output, trade among the members included; every code counts alike.",
    )
    return Section("raw", "Raw materials", text, (), Table(rows[: MOST_RAW if t.added else None]))
