"""The sheet of `pax ally`: what an alliance is worth, what joins add by layer, who would stay, who should pay."""

from __future__ import annotations

from collections.abc import Sequence

from paxsilica.analysis.alliance.assess import Ask, Assessment, KindValue
from paxsilica.analysis.alliance.game import SEED
from paxsilica.analysis.alliance.joining import Joining
from paxsilica.analysis.alliance.stability import Stability
from paxsilica.data.sources import sources_of
from paxsilica.economy import Source
from paxsilica.report import words
from paxsilica.report.ally_charts import MEMBER, NEWCOMER, bands, steps
from paxsilica.report.ally_rows import results
from paxsilica.report.ally_words import LEFT_OUT, Question, basis, name, summary, title_name
from paxsilica.report.look import AFTER, BEFORE, PLAIN, Figure, Rows, heading, pair_bars, styled
from paxsilica.report.sheet import Row, Section, Sheet, Table, solver_of

MOST_RAW = 40

ABOUT = {
    "preference": "Gain of the members' real income when they trade goods with one another free of tariffs.",
    "leverage": "Loss of the adversary's real income when the members together sell it nothing of the critical "
    "sectors. A bloc's own gain is what that does to itself.",
    "resilience": "What free trade of critical goods among those in the coalition saves them while the adversary "
    "sells none of the whole alliance anything of the critical sectors.",
}

ASKED = {
    "preference": "own, free trade of goods with the members",
    "embargo": "own, joining the cut of critical goods",
    "resilience": "own, free critical goods while cut off",
    "members_preference": "members', free trade with the newcomer",
}
"""Questions of the chart, all about gains of joining."""

LEVELS = {
    "leverage_before": "adversary's loss when the members cut it off, without the newcomer",
    "leverage_after": "the same with the newcomer",
    "members_cost": "gain of all who cut",
    "exposure": "gain of all when the adversary cuts them off",
}


def ally_sheet(a: Assessment, q: Question) -> Sheet:
    """The sheet of one alliance with those who are added."""
    sections = [
        _layers(a, q),
        *(_value(a, q, value) for value in a.kinds),
        *([_sets(a, q)] if a.sets else []),
        *(_joining(a, found) for found in a.joining),
        _stays(a, q),
        _burden(a, q),
        *([_rivals(a, q)] if a.rivals else []),
        _raw(a, q),
    ]
    whose = f" with {q.added}" if q.added else ""
    return Sheet(
        kind="ally",
        title=f"{words.sentence(q.alliance)}{whose}, {q.day}, against {q.adversary}",
        basis=basis(a.ask),
        summary=tuple(summary(a, q)),
        sections=tuple(sections),
        notes=(*a.ask.after.notes, *q.notes, *a.ask.economy.notes),
        left_out=LEFT_OUT,
        sources=sources(a.ask, q),
        results=results(a),
        asked=asked(a.ask, q),
        command=q.command,
        solver=solver_of(a.ask.economy, a.ask.params.tolerance),
        seed=SEED if a.ask.sampled else None,
    )


def asked(ask: Ask, q: Question) -> dict[str, object]:
    """For run.json."""
    return {
        "alliance": q.alliance,
        "day": q.day.isoformat(),
        "members": {bloc: list(ask.before.countries[bloc]) for bloc in ask.before.countries},
        "added": list(ask.after.newcomers),
        "against": list(ask.adversary),
        "rivals": list(ask.rivals),
        "values": list(ask.kinds),
        "chain": q.chain.name,
        "baseline": ask.economy.about.name,
        "elasticities": ask.economy.about.elasticities,
        "permutations": ask.permutations if ask.sampled else 0,
    }


def sources(ask: Ask, q: Question) -> tuple[Source, ...]:
    """Of the economy, the chain and raw materials."""
    found = [*ask.economy.about.sources, *q.chain.sources.values(), *sources_of(["baci"])]
    return tuple(dict.fromkeys(found))


# ---- sections --------------------------------------------------------------------------------------------------


def _layers(a: Assessment, q: Question) -> Section:
    e, new = a.ask.economy, a.ask.after.newcomers
    names = {bloc: title_name(e, bloc) for bloc in a.ask.after.countries}
    kinds = {bloc: NEWCOMER if bloc in new else MEMBER for bloc in names}
    shares = {
        layer.layer: {bloc: 100 * share for bloc, share in layer.by_bloc.items()}
        for layer in a.layers
    }
    span = _span([stage.year for stage in q.chain.stages])
    notes = [
        f"Share of the world's output, mean over the stages of a layer, percentage points; data of {span} by stage. "
        "Each bar starts where the one above it ended, 0 to 100 % in every column. 0 is no output named by the source."
    ]
    chart = steps(
        shares, kinds, names, f"{q.chain.title}: what each member adds, layer by layer", notes
    )
    rows = [
        {
            "layer": layer.layer,
            **({"without, %": 100 * layer.before} if new else {}),
            "together, %": 100 * layer.after,
            **({"added, points": 100 * (layer.after - layer.before)} if new else {}),
            f"{q.adversary}'s loss if cut, million USD": layer.leverage_after,
            **_range(a, layer.layer),
            **(
                {"of it added, million USD": _less(layer.leverage_after, layer.leverage_before)}
                if new
                else {}
            ),
            "own change of those who cut, million USD": layer.cost_after,
        }
        for layer in a.layers
    ]
    text = (
        "Coverage counts plants, or firms where a stage says so, of members and of members inside the rest of the "
        f"world. The loss of {q.adversary} is that of cutting the goods of this layer alone; losses of several "
        "layers do not add up. Empty: a layer of services, which cannot be cut here.",
    )
    says = f"Waterfall of the share of {len(names)} blocs in {len(shares)} layers."
    return Section("layers", "By layer", text, (Figure("layers", chart, says),), Table(rows))


def _range(a: Assessment, layer: str) -> Row:
    """Lowest and highest leverage of a layer over the sets of elasticities; nothing where there are no sets."""
    found = [under.layers[layer] for under in a.sets if layer in under.layers]
    ends = {"lowest": min(found, default=None), "highest": max(found, default=None)}
    return (
        {f"{which} of {len(a.sets)} sets, million USD": end for which, end in ends.items()}
        if a.sets
        else {}
    )


def _value(a: Assessment, q: Question, value: KindValue) -> Section:
    e, year = a.ask.economy, a.ask.economy.about.year
    ranked = sorted(value.blocs, key=lambda bloc: -bloc.shapley)
    parts = {
        "first in": ("first", BEFORE),
        "Shapley value": ("shapley", AFTER),
        "last in": ("last", PLAIN),
    }
    bars: Rows = [
        {
            "which": which,
            "label": title_name(e, bloc.name),
            "value": getattr(bloc, key),
            "text": words.signed(getattr(bloc, key)),
            "tip": f"{title_name(e, bloc.name)}, {which}: {words.signed_money(getattr(bloc, key))}",
        }
        for bloc in ranked
        for which, (key, _) in parts.items()
    ]
    notes = [
        f"Million USD of {year or 'the baseline'} a year. {ABOUT[value.kind]} Gains positive; 0 is a real zero."
    ]
    drawn = pair_bars(
        bars, f"Million USD of {year or 'the baseline'}", {w: c for w, (_, c) in parts.items()}
    )
    chart = styled(
        {"title": heading(f"{words.sentence(value.kind)}: what each bloc brings", notes), **drawn}
    )
    rows = [
        {
            "bloc": title_name(e, bloc.name),
            "first in, million USD": bloc.first,
            "Shapley value, million USD": bloc.shapley,
            **({"standard error, million USD": bloc.error} if value.permutations else {}),
            "last in, million USD": bloc.last,
            "own gain when all are in, million USD": bloc.own,
        }
        for bloc in ranked
    ]
    says = f"Bars of first-in, Shapley and last-in value of {len(ranked)} blocs."
    figure = Figure(f"value-{value.kind}", chart, says)
    return Section(
        value.kind, words.sentence(value.kind), _told(a, q, value), (figure,), Table(rows)
    )


def _told(a: Assessment, q: Question, value: KindValue) -> tuple[str, ...]:
    worth = f"Together {words.money(value.after)} a year"
    without = f", {words.money(value.before)} without {q.added}" if a.ask.after.added else ""
    how = (
        f"Sampled: {value.permutations} orders of entry, {value.coalitions:,} equilibria; the standard error stands "
        "beside. The core needs all coalitions and is not judged: there are too many beyond 12 blocs."
        if value.permutations
        else f"Exact: all {value.coalitions:,} coalitions are solved."
    )
    core = ""
    if value.epsilon is not None:
        core = (
            f"The core is {'empty' if value.empty else 'not empty'}: in the division that holds best, a group of "
            "members "
            + (
                f"is {words.money(value.epsilon)} short of"
                if value.epsilon > 0
                else f"has at least {words.money(-value.epsilon)} more than"
            )
            + " what it would have by itself (least core)."
        )
    meaning = (
        "First in: what the bloc is worth alone; last in: what is lost when it leaves all others; the Shapley value "
        "is the mean over all orders of entry and sums to the whole."
    )
    return (f"{ABOUT[value.kind]} {worth}{without}.", f"{meaning} {how}", *([core] if core else []))


def _sets(a: Assessment, q: Question) -> Section:
    year = a.ask.economy.about.year or "the baseline"
    kinds = {
        "preference": "free trade of goods: gain of all",
        "leverage": f"joint cut: loss of {q.adversary}",
        "resilience": "free critical goods while cut off: gain of all",
    }
    sets = {u.elasticities: u for u in a.sets}
    asked = {kinds[kind]: {name: u.after[kind] for name, u in sets.items()} for kind in a.ask.kinds}
    for layer in a.sets[0].layers:
        asked[f"{layer} alone cut: loss of {q.adversary}"] = {
            name: u.layers[layer] for name, u in sets.items()
        }
    rows: Rows = [
        {
            "label": label,
            "value": value / 1e3,
            "tip": f"{name}, {label}: {words.signed_money(value)}",
        }
        for label, values in asked.items()
        for name, value in values.items()
    ]
    notes = [
        f"Billion USD of {year} a year; a dot for each of {len(a.sets)} sets of trade elasticities, a tick at the "
        "median. The range is no confidence interval."
    ]
    chart = bands(
        rows,
        f"Billion USD of {year}",
        f"{words.sentence(q.together)} under other elasticities",
        notes,
    )
    table = [
        {
            "elasticities": u.elasticities
            + (" (used)" if u.elasticities == a.ask.economy.about.elasticities else ""),
            **{f"{label}, million USD": values[u.elasticities] for label, values in asked.items()},
        }
        for u in a.sets
    ]
    text = (
        "Everything else on this page, but for what joining brings, rests on the set that is marked as used.",
    )
    figure = Figure(
        "sets",
        chart,
        f"Dots and ranges of {len(asked)} values over {len(a.sets)} sets of elasticities.",
    )
    return Section("sets", "Other elasticities", text, (figure,), Table(table))


def _joining(a: Assessment, found: Joining) -> Section:
    e, who = a.ask.economy, name(a.ask.economy, found.newcomer)
    year = e.about.year or "the baseline"
    rows: Rows = [
        {
            "label": ASKED[question],
            "value": getattr(row, question),
            "tip": f"{row.elasticities}, {ASKED[question]}: {words.signed_money(getattr(row, question))}",
        }
        for question in ASKED
        for row in found.rows
    ]
    notes = [
        f"Million USD of {year} a year, gains positive; a dot for each of {len(found.rows)} sets of trade "
        "elasticities, a tick at the median. The sets differ in method and country; the range is no confidence "
        "interval."
    ]
    chart = bands(rows, f"Gain, million USD of {year}", f"What joining brings {who}", notes)
    table = [
        {
            "elasticities": row.elasticities,
            **{
                f"{said}, million USD": getattr(row, question)
                for question, said in {**ASKED, **LEVELS}.items()
            },
            "own, free trade of goods, % of its income": 100 * row.preference / row.income,
        }
        for row in found.rows
    ]
    text = (
        f"{words.sentence(who)} joins the members, nobody else does. What it gains or pays is its own alone.",
    )
    says = f"Dots and ranges of four gains over {len(found.rows)} sets of elasticities."
    figure = Figure(f"joining-{found.newcomer}", chart, says)
    title = f"What joining brings {who}"
    return Section(
        f"joining-{found.newcomer}",
        title,
        text,
        (figure,),
        Table(table, shown=("elasticities", *(f"{said}, million USD" for said in ASKED.values()))),
    )


def _stays(a: Assessment, q: Question) -> Section:
    rows = [
        row
        for at, found in enumerate(a.stays)
        for row in stability_rows(a, found, q.together if at else q.alliance)
    ]
    verdicts = [
        f"{q.together if at else q.alliance}: {'internally stable' if s.internal else 'not internally stable'} "
        f"({'nobody gains by leaving' if s.internal else 'somebody gains by leaving'})"
        + (
            ""
            if not s.joining
            else f", {'externally stable' if s.external else 'not externally stable'}"
        )
        for at, s in enumerate(a.stays)
    ]
    about = (
        "Free trade of goods, one bloc at a time, everybody else staying (d'Aspremont et al. 1983). Externally stable: "
        "none of those considered, the added, gains by joining. Security, and what else binds an alliance, is not "
        "counted."
    )
    return Section(
        "stability", "Would members stay", (". ".join(verdicts) + ".", about), (), Table(rows)
    )


def stability_rows(a: Assessment, found: Stability, alliance: str) -> list[Row]:
    """A row for each member and each outsider considered."""
    moves = [("leaves", found.leaving), ("joins", found.joining)]
    return [
        {
            "alliance": alliance,
            "bloc": title_name(a.ask.economy, bloc),
            "move": move,
            "gain by it, million USD": gain,
            "gains": gain > found.indifferent,
        }
        for move, gains in moves
        for bloc, gain in sorted(gains.items(), key=lambda item: -item[1])
    ]


def _burden(a: Assessment, q: Question) -> Section:
    p, b = a.payments, a.payments.unpaid
    rows = [
        {
            "bloc": title_name(a.ask.economy, bloc),
            "income, million USD": float(b.income[at]),
            "real income without payments, %": 100 * float(b.real_income[at] - 1),
            "real income with payments, %": 100 * float(p.real_income[at] - 1),
            "receives (pays: negative), million USD": p.transfers[bloc],
        }
        for at, bloc in enumerate(b.members)
    ]
    text = (
        f"If all members sell {q.adversary} nothing of the critical sectors: side payments after which real income "
        f"of every bloc changes by the same {words.percent(100 * (p.shared - 1))} (Chowdhry, Hinz, Kamin and "
        "Wanner 2024). They sum to zero and are part of the equilibrium: what is received is spent, and moves wages "
        "and prices. Million USD at unchanged world labour income. Inside a bloc of several countries each has its "
        "part by income, and what it loses may differ.",
    )
    return Section("payments", "Equal burdens", text, (), Table(rows))


def _rivals(a: Assessment, q: Question) -> Section:
    rows = [
        {
            "value": r.kind,
            "without the rival bloc, million USD": r.alone,
            "facing it, million USD": r.facing,
            "change, million USD": r.facing - r.alone,
            "members' gain from the rival bloc itself, million USD": r.harm,
        }
        for r in a.rivals
    ]
    text = (
        f"{words.sentence(q.rivals)} trade goods free of tariffs among themselves, whatever the alliance does.",
    )
    return Section("rivals", "A rival bloc", text, (), Table(rows))


def _raw(a: Assessment, q: Question) -> Section:
    before, after = a.raw_before, a.raw_after
    gain = 100 * (after.share - before.share)
    order = sorted(range(len(after.codes)), key=lambda at: (-gain[at], -after.share[at]))
    rows = [
        {
            "product": after.names[at],
            "HS": after.codes[at],
            **({"without, %": 100 * float(before.share[at])} if q.added else {}),
            "together, %": 100 * float(after.share[at]),
            **({"added, points": float(gain[at])} if q.added else {}),
        }
        for at in order
    ]
    mean = f"{100 * after.mean:.1f} %" + (
        f", {100 * before.mean:.1f} % without {q.added}" if q.added else ""
    )
    text = (
        f"Share of world exports by value, {after.year} (CEPII BACI), {len(after.codes)} codes: mean {mean}. "
        "Exports, not output, trade among the members included; every code counts alike.",
    )
    return Section("raw", "Raw materials", text, (), Table(rows[: MOST_RAW if q.added else None]))


def _less(after: float | None, before: float | None) -> float | None:
    return None if after is None or before is None else after - before


def _span(years: Sequence[int | None]) -> str:
    known = sorted({year for year in years if year is not None})
    return (
        "no year"
        if not known
        else f"{known[0]}"
        if len(known) == 1
        else f"{known[0]} to {known[-1]}"
    )
