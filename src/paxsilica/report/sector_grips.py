"""The sheet of `pax coerce --matrix --by-sector`: by which sector who holds whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from paxsilica.analysis.coercion.matrix import Matrix
from paxsilica.economy import Economy, Note
from paxsilica.model import Params
from paxsilica.names import joined
from paxsilica.report import words
from paxsilica.report.coerce import LEFT_OUT
from paxsilica.report.grips import (
    LARGEST,
    SHOWN,
    THEIRS,
    Rows,
    costs_of,
    largest,
    matrix_asked,
    matrix_basis,
    matrix_rows,
    ranked_pairs,
)
from paxsilica.report.look import Figure, limit_of
from paxsilica.report.sheet import Row, Section, Sheet, Table, solver_of
from paxsilica.report.supply_charts import heatmap


def sectors_sheet(
    economy: Economy, by_sector: Mapping[str, Matrix], command: str = "", notes: Sequence[Note] = ()
) -> Sheet:
    """For every pair the sector by which the grip is strongest, each sector cut alone. Same regions in each matrix.

    Services, many trades in one sector, are ranked only where no sector of goods is; results.csv has them.
    """
    any_ = next(iter(by_sector.values()))
    rows = [{"sector": sector, **row} for sector, m in by_sector.items() for row in matrix_rows(m)]
    goods = set(economy.about.sector_groups.get("goods", economy.sectors))
    best = _best(economy, [row for row in rows if row["sector"] in goods] or rows)
    counts = Counter(row["sector"] for row in best)
    lines = [
        f"{words.sentence(costs_of(economy, row))}, by {words.inside(row['name of sector'])}."
        for row in best[:3]
    ] + [
        "The sector of the strongest grip is "
        + joined(
            [
                f"{words.inside(economy.sector_name(s))} ({c} pairs)"
                for s, c in counts.most_common(4)
            ]
        )
        + "."
    ]
    lines += _services(economy, rows, best, goods)
    counted = f"{len(by_sector)} sectors, each cut alone, in {len(best)} pairs of {len(any_.regions)} regions"
    note = "Strongest first. The sectors of a pair, cut together, hurt more or less than their sum."
    table = Table(
        best, note, shown=("sender", "target", "name of sector", *SHOWN[2:5], "second sector")
    )
    told = dict.fromkeys(
        (*notes, *economy.notes, *(note for m in by_sector.values() for note in m.notes))
    )
    return Sheet(
        kind="coercion by sector",
        title=f"By which sector who can hurt whom most, {any_.horizon}",
        basis=(matrix_basis(economy, any_, counted),),
        summary=tuple(lines),
        sections=(
            Section(
                "sectors",
                "Strongest sector of each pair",
                (),
                (_sector_map(economy, any_, best),),
                table,
            ),
        ),
        notes=tuple(told),
        left_out=LEFT_OUT,
        sources=economy.about.sources,
        results=[
            {
                **row,
                "horizon": any_.horizon.key,
                "share cut, %": 100 * any_.share,
                "year": any_.year,
            }
            for row in rows
        ],
        asked={**matrix_asked(economy, any_), "sectors": list(by_sector), "each": "alone"},
        command=command,
        solver=solver_of(economy, Params().tolerance, sum(row[THEIRS] is None for row in rows)),
    )


def _services(
    economy: Economy, rows: Sequence[Row], best: Sequence[Row], goods: set[str]
) -> list[str]:
    """How often services hurt more than the strongest sector of goods."""
    by_goods = {
        (row["sender"], row["target"]): row[THEIRS] for row in best if row["sector"] in goods
    }
    services = [row for row in ranked_pairs(rows) if row["sector"] not in goods]
    more = sum(
        row[THEIRS] > by_goods.get((row["sender"], row["target"]), np.inf) for row in services
    )
    if not by_goods or not services:
        return []
    names = joined(
        list(dict.fromkeys(words.inside(economy.sector_name(row["sector"])) for row in services))
    )
    return [
        f"The ranking is of goods. A cut of {names}, one sector here, costs the target more than that of any "
        f"sector of goods in {more} of {len(services)} pairs; results.csv has it."
    ]


def _best(economy: Economy, rows: Sequence[Row]) -> list[Row]:
    """The strongest sector of every pair, strongest pair first; the next beside it."""
    pairs: dict[tuple[str, str], list[Row]] = {}
    for row in ranked_pairs(rows):
        pairs.setdefault((row["sender"], row["target"]), []).append(row)
    return [
        {
            "sender": first["sender"],
            "target": first["target"],
            "sector": first["sector"],
            "name of sector": economy.sector_name(first["sector"]),
            **{head: first[head] for head in first if head not in ("sector", "sender", "target")},
            "second sector": economy.sector_name(rest[0]["sector"]) if rest else "",
            "its loss, %": rest[0][THEIRS] if rest else None,
        }
        for first, *rest in pairs.values()
    ]


def _sector_map(economy: Economy, m: Matrix, best: Sequence[Row]) -> Figure:
    shown = [region for region in largest(economy, len(economy.regions)) if region in m.regions][
        :LARGEST
    ]
    found = {(row["sender"], row["target"]): row for row in best}
    name = economy.region_name
    cells: Rows = []
    for sender in shown:
        for target in shown:
            row = found.get((sender, target))
            tip = f"{row['name of sector']}, {words.number(row[THEIRS])} %" if row else "none"
            cells.append(
                {
                    "row": name(sender),
                    "column": name(target),
                    "value": row and row[THEIRS],
                    "text": _division(row["sector"]) if row else "",
                    "tip": f"{sender} on {target}: {tip}",
                }
            )
    top, _ = limit_of(
        np.array([cell["value"] for cell in cells if cell["value"] is not None], dtype=float)
    )
    notes = [
        "Number: (first) division of ISIC revision 4 of the sector whose cut costs the target most; shade: its loss of "
        f"real income, %, {m.horizon}. Rows: who cuts; columns: who is cut off; the largest "
        f"economies{words.of_year(economy)} first."
    ]
    names = [name(region) for region in shown]
    spec = heatmap(
        cells, names, names, "Target's loss, %", "The sector of the strongest grip", notes, top
    )
    return Figure(
        "sectors",
        spec,
        f"Heatmap of the strongest sector, {len(shown)} senders by {len(shown)} targets.",
    )


def _division(sector: str) -> str:
    """`C26` is 26, `C10T12` 10, the first of its divisions; other codes as they are."""
    return sector[1:].split("T")[0] if sector[1:2].isdigit() else sector
