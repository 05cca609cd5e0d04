"""The page of `pax divert`: what is lost where, where it goes, what is no longer made, and which markets are left."""

from __future__ import annotations

import math
from collections.abc import Iterator

from paxsilica.analysis.diversification.redirection import ENDS
from paxsilica.analysis.effects import TRANSFER_SHARE
from paxsilica.data.elasticities import paper
from paxsilica.names import inside
from paxsilica.questions.question import Answer
from paxsilica.report import words
from paxsilica.report.pages.coerce import HORIZON_WORDS
from paxsilica.report.pages.divert_charts import redirected
from paxsilica.report.pages.divert_sections import market_sections, market_table
from paxsilica.report.pages.divert_view import LONG, SHORT, Diverted
from paxsilica.report.report import Number, Report, Row


def report(answer: Answer) -> Report:
    """The page of a hit on an exporter."""
    v = Diverted(answer)
    return Report(
        answer,
        kind="divert",
        title=f"Other markets for {v.exporter}, hit by {v.hitter}",
        lead=_lead(v),
        numbers=[*_numbers(v)],
        why=_why(v),
        understood=[*_understood(v)],
        picture=lambda: redirected(v),
        sections=lambda: [*market_sections(v)],
        proof=[f"Largest relative gap of any equation: {answer.solver['residual']:.1e}."],
        screen=market_table(v),
    )


def _lead(v: Diverted) -> str:
    """Who loses what where, where it goes, what is no longer made."""
    lost, elsewhere, home, made = (v.row("sales_moved", item=item) for item in ENDS)
    sets = len(v.findings.along("real_income", "elasticities", horizon=LONG))
    over = f" over {sets} sets of elasticities" * (sets > 1)
    first = (
        f"Hit by {v.hitter}, {v.exporter} would sell {_amount(lost, over)} of {v.goods} there a "
        "year in the long run"
    )
    told = [
        f"other markets would buy {_amount(elsewhere)}",
        f"{_amount(home)} would be sold at home",
    ]
    unmade = f"{_unsigned(made)} {'more would' if (made['value'] or 0) > 0 else 'would no longer'} be made"
    return f"{first}: {'; '.join(told)}; and {unmade}."


def _amount(row: Row, over: str = "") -> str:
    """`USD 51.6 billion (29.2 to 56.2) less`"""
    return f"{_unsigned(row, over)} {'more' if (row['value'] or 0) > 0 else 'less'}"


def _unsigned(row: Row, over: str = "") -> str:
    value = row["value"] or 0.0
    band = words.band_after_verb(value, words.ends_of(row), over, words.money_range)
    return words.money(abs(value)) + f" ({band})" * bool(band)


def _numbers(v: Diverted) -> Iterator[Number]:
    for item, said in (
        ("hit", f"Sales to {v.hitter}"),
        ("elsewhere", "Sales to other markets"),
        ("home", "Sales at home"),
        ("made", "Output"),
    ):
        row, short = v.row("sales_moved", item=item), v.of("sales_moved", SHORT, item=item)
        ends = words.ends_of(row)
        band = words.money_range(ends) if ends else ""
        note = f"{words.signed_money(short)} {HORIZON_WORDS[SHORT]}"
        if item == "elsewhere" and math.isfinite(share := v.of("redirected_share")):
            note = f"{words.number(share)} % of what is lost; {note}"
        yield Number(
            f"{said}, {HORIZON_WORDS[LONG]}", words.signed_money(row["value"] or 0), band, note
        )
    row = v.row("real_income")
    money = words.signed_money(v.of("real_income_money"))
    short_run = words.percent(v.of("real_income", SHORT))
    whole = "; of the whole hit, on every sector" * bool(v.answer.question.model_dump()["sectors"])
    note = f"{money} a year; {short_run} {HORIZON_WORDS[SHORT]}{whole}"
    change, transfer = row["value"] or 0.0, v.of("transfer_effect")
    if abs(transfer) > TRANSFER_SHARE * abs(change):
        earned = words.percent(v.of("real_earned_income"))
        rule = words.percent(transfer)
        note += f"; what it earns itself {earned}, what the rule for trade deficits gives {rule} of income"
    band = words.percent_range(words.ends_of(row))
    yield Number(
        f"Real income of {v.exporter}, {HORIZON_WORDS[LONG]}",
        words.percent(row["value"] or 0),
        band,
        note,
    )
    if v.findings.select("sales_moved", measure="alone").blocks:
        alone = v.of("sales_moved", item="elsewhere", measure="alone")
        name = f"Sales to other markets if {v.exporter} alone were hit, {HORIZON_WORDS[LONG]}"
        yield Number(
            name,
            words.signed_money(alone),
            note="rivals that are hit too look for the same markets",
        )
    if v.ranked:
        best = v.ranked[0]
        rank = v.rank(best)
        sure = f"rank {rank} over the sets of elasticities" if " " in rank else ""
        why = "; ".join(filter(None, (*v.reasons(best), sure)))
        said = why or "of those asked about"
        yield Number(
            "Most promising market by trade alone",
            v.called(best),
            note=f"{said}; politics and sanctions are not counted",
        )


def _why(v: Diverted) -> str:
    lost = _lost_by_sector(v)
    before, after = (
        v.of("trade_weighted_tariff", item="hit", scenario=s) for s in ("before", "after")
    )
    said = (
        f"The mean tariff of {v.hitter} on {v.goods} from {v.exporter} goes from "
        f"{words.number(before)} to "
        f"{words.number(after)} %, at the trade before. "
    )
    if lost and (first := next(iter(lost))):
        name = inside(v.economy.sector_name(first))
        if len(lost) > 1:
            said += f"Most is lost in {name}, {words.money(-lost[first])} a year. "
    wage = v.of("wage")
    return (
        f"{said}Other markets change no tariff: they buy otherwise only as wages of {v.exporter} "
        f"({words.percent(wage)} against the world's) make its goods cheaper, and as rivals turn "
        "to them too."
    )


def _lost_by_sector(v: Diverted) -> dict[str, float]:
    """Sector -> change of sales to the market that hits, the largest loss first."""
    found = v.findings.along(
        "sales_moved",
        "sector",
        item="hit",
        horizon=LONG,
        partner=None,
        elasticities=None,
        measure=None,
    )
    known = {sector: value for sector, value in found.items() if value is not None}
    return dict(sorted(known.items(), key=lambda cell: cell[1]))


def _understood(v: Diverted) -> Iterator[str]:
    about = v.answer.about
    clauses = "; ".join(v.attached["clauses"][:3])
    sold = words.money(v.of("sold_to_hitter"))
    when = f"In {about.year} {v.exporter}" if about.year else words.sentence(v.exporter)
    yield (
        f"{v.attached['title']}: {clauses}. {when} sold {v.hitter} {sold} of {v.goods}. {about.title}."
    )
    yield (
        f"A loss is negative, in USD a year{v.year}: sales at the factory gate, counted at the "
        "prices before the hit, so that "
        "what is lost in one market is sold elsewhere, sold at home or no longer made, exactly. "
        "Long run: everything has "
        "adjusted; short run: the first year or so, in which workers stay in their sector and "
        "buyers change suppliers slowly."
    )
    yield (
        "No longer made is gross output, which counts inputs again at every stage, and is no loss "
        "of income: people work "
        f"elsewhere, and real income changes by {words.percent(v.of('real_income'))}."
    )
    for note in v.answer.notes:
        if note.name == "tariff_vintages":
            yield (
                f"What markets have agreed with {v.exporter} since the tariffs of the baseline "
                "counts as not agreed: "
                f"{note.text}."
            )
    each = v.findings.along("real_income", "elasticities", horizon=LONG)
    used = paper(about.elasticities)
    if each:
        moved = v.findings.along("sales_moved", "elasticities", horizon=LONG, item="elsewhere")
        known = [value for value in moved.values() if value is not None]
        ends = {min(known): "least", max(known): "most"} if len(known) > 1 else {}
        end = ends.get(v.of("sales_moved", item="elsewhere"), "")
        said = f", under which {end} of all sets is redirected to other markets" * bool(end)
        yield f"The bands span {len(each)} sets of trade elasticities; the numbers are those of {used}{said}."
    else:
        yield f"One set of trade elasticities, {used}: no band."
