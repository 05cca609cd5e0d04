"""The page of `pax coerce SENDER TARGET`: who loses by a cut, how sure that is, and what helps the target."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from paxsilica.horizon import HORIZONS
from paxsilica.names import does
from paxsilica.questions.question import Answer
from paxsilica.report import words
from paxsilica.report.look import AFTER, LOSS, Figure, Rows, heading, pair_bars, styled
from paxsilica.report.network_charts import curves
from paxsilica.report.pages import coerce_matrix
from paxsilica.report.pages.coerce_words import (
    BILLION,
    OURS,
    PERCENT,
    RATIO,
    THEIRS,
    Parties,
    apart,
    pair_summary,
    relieves,
    told_parties,
)
from paxsilica.report.report import Report, Row, Section, Table, from_bullets
from paxsilica.report.supply_charts import FACE, OTHERS, TRUSTED, UNNAMED, bars, dumbbells

MOST_SECTORS, MOST_REGIONS = 16, 6

SOME = 5e-4
"""Loss, %, below which a third region is no loser worth naming."""

POLICY_COLOURS = {"diversify": FACE, "stock": OTHERS, "subsidise": TRUSTED, "join": UNNAMED}

RELIEFS = {
    "relief_size": ("size, %", 1.0),
    "relief_cost": ("cost, billion USD", 1e-3),
    "relief_net": ("net gain, billion USD", 1e-3),
    "relief_per_dollar": ("net gain per dollar", 1.0),
    "relief_without_cut": ("net per dollar without the cut", 1.0),
    "relief_first_order": ("net at the first order, billion USD", 1e-3),
}
"""Finding -> head of its column, and what it is multiplied by."""

IN_WORDS = {key: str(horizon) for key, horizon in HORIZONS.items()}
LONG, SHORT = IN_WORDS.values()


def report(answer: Answer) -> Report:
    """The page of a pair, or of a matrix."""
    if answer.question.model_dump()["matrix"]:
        return coerce_matrix.matrix_report(answer)
    t = told_parties(answer)
    about, trade = t.economy.about, float(t.findings.array("trade").sum())
    sections = [_regions(t), _curve(t), _sectors(t), _under_sets(t), _beside(t), _countered(t)]
    year = f" in {about.year}" if about.year else ""
    basis = (
        f"{about.name}, {words.baseline(t.economy)}, elasticities {about.elasticities}. "
        f"{words.sentence(t.sender)} sold {words.money(trade)} of these sectors to {t.target}{year}. A loss of real "
        "income is positive, a gain negative: % of the baseline's income, and USD a "
        f"year{words.at_prices(t.economy)}."
    )
    return from_bullets(
        answer,
        kind="coercion",
        title=f"{words.sentence(t.sender)} {does(t.sender, 'cut')} off {t.target}: {t.what}",
        basis=[basis],
        summary=pair_summary(t),
        sections=[section for section in sections if section],
    )


def _regions(t: Parties) -> Section:
    found, usd = t.along("region"), f"{LONG}, {BILLION}"
    heads = [f"{when}, {unit}" for unit in (PERCENT, BILLION) for when in IN_WORDS.values()]
    rows = [
        {
            "region": t.economy.region_name(region),
            "code": region,
            "side": t.side.get(region, ""),
            **{head: found[region][head] for head in heads},
        }
        for region in sorted(found, key=lambda region: -abs(found[region][usd]))
    ]
    rows.sort(key=lambda row: ("target", "sender", "").index(row["side"]))
    text = tuple(_side_line(t, item) for item in ("targets", "senders"))
    note = "A loss is positive. The targets first, then the senders, then others by size."
    return Section("losses", "Who loses", text, (_loss_bars(t, rows),), Table(rows, note))


def _side_line(t: Parties, item: str) -> str:
    who = words.sentence(t.target if item == "targets" else t.sender)
    parts = [
        f"{HORIZONS[h]} {words.number(t.loss(item, h))} % ({words.money(t.money(item, h))} a year; revenue from "
        f"tariffs {words.signed_money(t.of('tariff_revenue_change', h, item=item))})"
        for h in HORIZONS
    ]
    return f"{who}, the {item[:-1]}: loss {', '.join(parts)}."


def _loss_bars(t: Parties, rows: Rows) -> Figure:
    """Of targets and senders the largest, then of others those that lose, and those that gain most."""
    sides = [[row for row in rows if row["side"] == side] for side in ("target", "sender")]
    thirds = sorted(
        (row for row in rows if not row["side"]), key=lambda r: -r[f"{LONG}, {BILLION}"]
    )
    lose = [row for row in thirds[:MOST_REGIONS] if row[f"{LONG}, {PERCENT}"] > SOME]
    gain = [row for row in thirds[-MOST_REGIONS:] if row not in lose]
    shown = [*sides[0][:MOST_REGIONS], *sides[1][:MOST_REGIONS], *lose, *gain]
    points = [
        {
            "which": when,
            "label": row["region"] + (f" ({row['side']})" if row["side"] else ""),
            "value": row[f"{when}, {BILLION}"],
            "text": words.number(row[f"{when}, {BILLION}"], 2),
            "tip": f"{row['region']}, {when}: loss {words.number(row[f'{when}, {PERCENT}'])} %",
        }
        for row in shown
        for when in IN_WORDS.values()
    ]
    notes = [
        f"Billion USD a year{words.at_prices(t.economy)}; a gain is negative. Of targets, senders and others the "
        f"{MOST_REGIONS} largest."
    ]
    drawn = pair_bars(points, "Loss, billion USD a year", {LONG: AFTER, SHORT: LOSS})
    spec = styled({"title": heading("Loss of real income by region", notes), **drawn})
    says = f"Bars of the losses of {len(shown)} regions in the long run and the short run."
    return Figure("losses", spec, says)


def _curve(t: Parties) -> Section:
    found = t.along("point")
    sides = {words.sentence(t.target): THEIRS, words.sentence(t.sender): OURS}
    rows = [
        {"x": float(share), "value": value, "who": who, "when": when}
        for when in IN_WORDS.values()
        for who, loss in sides.items()
        for share, value in [("0", 0.0), *((k, row[f"{when}, {loss}"]) for k, row in found.items())]
        if value is not None
    ]
    title = f"Partial cuts: what {t.target} and {t.sender} lose"
    notes = [
        "Share of every sector's product range that is cut. Bent upwards: each further product hurts more."
    ]
    colours = dict(zip(sides, (LOSS, AFTER), strict=True))
    spec = curves(rows, ("Share cut, %", "Loss of real income, %"), title, notes, colours)
    figure = Figure("curve", spec, "Losses over the share cut.")
    table = Table([{"share cut, %": float(share), **losses} for share, losses in found.items()])
    return Section("curve", "Partial cuts", (), (figure,), table)


def _sectors(t: Parties) -> Section:
    name, trade = t.economy.sector_name, t.findings.cells("sector")
    found = _ranked_by_loss(t.along("sector"), LONG)
    rows = [
        {
            "sector": name(sector),
            "code": sector,
            "trade, billion USD": trade[sector]["trade"]["value"] / 1e3,
            **{f"{LONG}, {side}": losses[f"{LONG}, {side}"] for side in (THEIRS, OURS)},
            RATIO: losses[f"{LONG}, {RATIO}"],
            **{f"{SHORT}, {side}": losses[f"{SHORT}, {side}"] for side in (THEIRS, OURS)},
        }
        for sector, losses in found.items()
    ]
    shown = {name(sector): found[sector] for sector in [*found][:MOST_SECTORS]}
    title, by = "Each sector cut alone", "; a gain is drawn at zero"
    figures = _both_sides(t, shown, LONG, "sectors", title, by, "by sector, {} sectors")
    note = "Sectors need not sum to the cut of all: what replaces one is cut with another. Blank ratio: the sender gains."
    return Section("sectors", "By sector", (), figures, Table(rows, note))


def _ranked_by_loss(found: Mapping[str, Row], when: str) -> dict[str, Row]:
    """Largest loss of the target first."""
    return dict(sorted(found.items(), key=lambda item: -(item[1][f"{when}, {THEIRS}"] or 0.0)))


def _both_sides(
    t: Parties, found: Mapping[str, Row], when: str, stem: str, title: str, by: str, what: str
) -> tuple[Figure, ...]:
    """A chart of both sides' losses in %, where both are known; none where no loss is."""
    points = [
        {
            "label": label,
            "a": max(0.0, theirs),
            "b": max(0.0, ours),
            "text": words.number(theirs, 2),
            "tip": f"{label}: target {words.number(theirs)} %, sender {words.number(ours)} %",
        }
        for label, row in found.items()
        for theirs, ours in [(row[f"{when}, {THEIRS}"], row[f"{when}, {OURS}"])]
        if theirs is not None and ours is not None
    ]
    sides = f"{t.target} (target)", f"{t.sender} (sender)"
    note = f"Loss of real income in the {when}, % of each side's own income{by}."
    spec = dumbbells(points, "Loss of real income, %", sides, title, [note])
    says = f"Losses of both sides {what.format(len(points))}."
    return (Figure(stem, spec, says),) if points else ()


def _under_sets(t: Parties) -> Section | None:
    own = t.economy.about.elasticities
    found = {
        name + (" (used)" if name == own else ""): losses
        for name, losses in t.along("elasticities").items()
    }
    if not found:
        return None
    figures = [
        figure
        for h, when in IN_WORDS.items()
        for figure in _both_sides(
            t,
            _ranked_by_loss(found, when),
            when,
            f"band-{h.replace('_', '-')}",
            f"The same cut under other elasticities, {when}",
            ", by set of trade elasticities",
            f"under {{}} sets of elasticities, {when}",
        )
    ]
    rows = [
        {"elasticities": label, **losses} for label, losses in _ranked_by_loss(found, LONG).items()
    ]
    text = ("Everything else on this page rests on the set that is marked as used.",)
    return Section("band", "Other elasticities", text, figures, Table(rows))


def _beside(t: Parties) -> Section:
    cms, klr = "Clayton, Maggiori and Schreger", "first order (Kleinman, Liu and Redding)"
    rows: Rows = [
        {"measure": name, **{when: -t.of(key, h, item=item) for h, when in IN_WORDS.items()}}
        for name, key, item in (
            (f"exact cut: {THEIRS}", "real_income", "targets"),
            (f"{cms}: {THEIRS}", "power", "targets"),
            (f"{klr}: {THEIRS}", "first_order_cut", "targets"),
            (f"exact cut: {OURS}", "real_income", "senders"),
            (f"{klr}: {OURS}", "first_order_cut", "senders"),
        )
    ]
    text = [apart(t)]
    if dependence := t.findings.along("net_dependence", "horizon"):
        name = "Liu and Yang: net dependence of target on sender, log points x 100"
        rows.append({"measure": name, **{IN_WORDS[h]: value for h, value in dependence.items()}})
        text.append(
            "Liu and Yang weigh shares of all purchases by the inverse of the trade elasticity, the target's less "
            "the sender's, both for the whole of the sectors: of their difference only the sign and the order "
            "compare."
        )
    note = "First order: the exact derivative of the whole model at the baseline, times the cut."
    return Section("closed", "Closed forms beside", tuple(text), (), Table(rows, note))


def _countered(t: Parties) -> Section | None:
    if not (found := t.reliefs()):
        return None
    rows = [
        {
            "policy": t.policy(r),
            "kind": r["measure"],
            **{head: r[key] and r[key] * scale for key, (head, scale) in RELIEFS.items()},
        }
        for r in found
    ]
    text = (
        f"Policies of {t.target} in the short run (about the first year) of the cut, each at about the same budget or "
        f"at its largest size; net gain of real income, cost taken off{words.at_prices(t.economy)}.",
        "A policy that pays as much per dollar without the cut is no relief from it: it pays, or not, in any case. "
        "That a dollar spent on a new supplier saves a dollar of trade cost is an assumption; storage is free.",
    )
    table = Table(rows, shown=[head for head in rows[0] if head != "kind"])
    pays = [r for r in found[:MOST_SECTORS] if relieves(r)]
    figures = (_gains(t, pays),) if pays else ()
    return Section("relief", "Counter-coercion", text, figures, table)


def _gains(t: Parties, pays: Iterable[Row]) -> Figure:
    """Bars of what pays."""
    points = [
        {
            "label": _label(t, r),
            "value": r["relief_net"] / 1e3,
            "kind": r["measure"],
            "text": words.number(r["relief_net"] / 1e3, 2),
            "tip": f"{t.policy(r)}: {words.number(r['relief_net'] / 1e3)} billion USD net for "
            f"{words.number(r['relief_cost'] / 1e3)}",
        }
        for r in pays
    ]
    notes = [
        f"Net gain of real income in the short run, billion USD{words.at_prices(t.economy)}, cost taken off; "
        "policies that pay because of the cut. A stock is bought from the sender before it."
    ]
    axis, title = "Net gain, billion USD a year", "Which policies win back most"
    spec = bars(points, axis, title, notes, POLICY_COLOURS)
    return Figure("relief", spec, f"Bars of the net gain of {len(points)} policies.")


def _label(t: Parties, r: Row) -> str:
    """A policy as a margin has room for, told apart by its first letters: `diversify B06 SAU Oil and gas`."""
    who = r["partner"].replace("+", " ") if r["measure"] in ("diversify", "join") else ""
    said = (r["measure"], r["sector"], who, t.economy.sector_name(r["sector"]))
    return " ".join(filter(None, dict.fromkeys(said)))
