"""What `pax ally` writes to results.csv."""

from __future__ import annotations

from paxsilica.analysis.alliance.assess import Ask, Assessment
from paxsilica.analysis.alliance.joining import QUESTIONS
from paxsilica.report.sheet import Row


def results(a: Assessment) -> list[Row]:
    """Long rows: what is measured, of which value or layer, of whom, and under which elasticities."""
    rows: list[Row] = []
    money, year = "million USD", a.ask.economy.about.year

    def add(
        variable: str,
        value: float | None,
        unit: str,
        subject: str = "",
        of: str = "",
        when: object = year,
        **more: str,
    ) -> None:
        if value is not None:
            rows.append(
                {
                    "variable": variable,
                    "of": of,
                    "subject": subject,
                    "value": float(value),
                    "unit": unit,
                    "year": when,
                    **more,
                }
            )

    for value in a.kinds:
        add("value without the added", value.before, money, of=value.kind)
        add("value", value.after, money, of=value.kind)
        add("least core epsilon", value.epsilon, money, of=value.kind)
        for brings in value.blocs:
            for key in ("first", "last", "shapley", "error", "own"):
                add(key, getattr(brings, key), money, brings.name, value.kind)
    for layer_value in a.layers:
        for bloc, share in layer_value.by_bloc.items():
            add("coverage", 100 * share, "%", bloc, layer_value.layer, "")
        for key in ("leverage_before", "leverage_after", "cost_after"):
            add(key, getattr(layer_value, key), money, of=layer_value.layer)
    for under in (u for u in a.sets if u.elasticities != a.ask.economy.about.elasticities):
        for kind, worth in under.before.items():
            add("value without the added", worth, money, of=kind, elasticities=under.elasticities)
            add("value", under.after[kind], money, of=kind, elasticities=under.elasticities)
        for layer, loss in under.layers.items():
            add("leverage_after", loss, money, of=layer, elasticities=under.elasticities)
    for found in a.joining:
        for row in found.rows:
            for question in QUESTIONS:
                add(
                    f"joining, {question}",
                    getattr(row, question),
                    money,
                    found.newcomer,
                    elasticities=row.elasticities,
                )
    for at, stays in enumerate(a.stays):
        for move, gains in (("leaving", stays.leaving), ("joining", stays.joining)):
            for bloc, gain in gains.items():
                add(f"gain by {move}", gain, money, bloc, "with the added" if at else "members")
    for bloc, paid in a.payments.transfers.items():
        add("side payment received", paid, money, bloc)
    for r in a.rivals:
        for key in ("alone", "facing", "harm"):
            add(f"rivals, {key}", getattr(r, key), money, of=r.kind)
    raw = a.raw_after
    for at, code in enumerate(raw.codes):
        add(
            "share of exports without the added",
            100 * a.raw_before.share[at],
            "%",
            code,
            raw.names[at],
            raw.year,
        )
        add("share of exports", 100 * raw.share[at], "%", code, raw.names[at], raw.year)
    return solved_under(a.ask, rows)


def solved_under(ask: Ask, rows: list[Row]) -> list[Row]:
    """The same rows with the horizon and the elasticities of those that are money, out of an equilibrium."""
    solved = {
        "horizon": ask.params.horizon.key,
        "elasticities": ask.economy.about.elasticities,
    }
    not_solved = dict.fromkeys(solved, "")
    return [{**(solved if row["unit"] == "million USD" else not_solved), **row} for row in rows]
