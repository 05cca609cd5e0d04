"""NAFTA as Caliendo and Parro (2015) see it: 31 regions, 40 sectors, 1993; a known answer, their table 2.

    python examples/nafta.py FOLDER

FOLDER holds the data of the R package `cp2015` (MIT licence) as Parquet tables: `trade`, `intermediate_consumption`
and `theta`.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

import paxsilica as pax
from paxsilica.economy import About, Array, Economy, Note


@dataclass(frozen=True)
class Nafta:
    """The 1993 economy and two tariffs `[n, i, j]`: without NAFTA (the rates of 1993) and with it (the rates of 2005 of
    the three members among themselves, all else as in 1993)."""

    economy: Economy
    without_nafta: Array
    with_nafta: Array


def load_cp2015(folder: str | Path) -> Nafta:
    """Read `trade`, `intermediate_consumption` and `theta` from a folder of Parquet files (values in USD).

    One input purchase is negative (Canada, 9.5 million USD) and is set to zero with a note.
    """
    folder = Path(folder)
    trade = pd.read_parquet(folder / "trade.parquet")
    bought = pd.read_parquet(folder / "intermediate_consumption.parquet")
    theta = pd.read_parquet(folder / "theta.parquet")
    regions, sectors = trade["importer"].unique().tolist(), trade["sector"].unique().tolist()
    N, J = len(regions), len(sectors)

    def cube(frame: pd.DataFrame, axes: list[str], column: str, shape: tuple[int, ...]) -> Array:
        labels = [
            regions if axis in ("importer", "exporter", "region") else sectors for axis in axes
        ]
        full = pd.MultiIndex.from_product(labels, names=axes)
        return np.asarray(frame.set_index(axes)[column].reindex(full), dtype=float).reshape(shape)

    flow = ["importer", "exporter", "sector"]
    inputs = cube(bought, ["region", "input", "sector"], "value", (N, J, J)) / 1e6
    negative = float(-np.minimum(inputs, 0).sum())
    economy = Economy.from_flows(
        regions,
        sectors,
        cube(trade, flow, "value", (N, N, J)) / 1e6,
        tariffs=cube(trade, flow, "tariff", (N, N, J)),
        inputs=np.maximum(inputs, 0),
        trade_elasticity=theta.set_index("sector")["value"].reindex(sectors).to_numpy(),
        notes=[Note("negative_inputs", "one negative purchase of inputs set to zero", negative)],
        about=About(name="cp2015", title="Caliendo and Parro (2015), NAFTA", year=1993),
    )
    tariffs = {
        column: cube(trade, flow, column, (N, N, J)) for column in ("tariff_bln", "tariff_cfl")
    }
    return Nafta(economy, tariffs["tariff_bln"], tariffs["tariff_cfl"])


def main() -> None:
    data = load_cp2015(sys.argv[1])
    without = pax.rebalance(data.economy, pax.Params(deficits="balanced"))
    outcome = pax.solve(without, pax.Shock(without, tariffs=data.with_nafta))
    first = pax.first_order(outcome)
    print("Change from NAFTA, 1993, %  terms of trade  volume of trade  real income  real wage")
    for name in ("Mexico", "Canada", "USA"):
        at = without.regions.index(name)
        exact = outcome.real_income[at] - 1, outcome.real_wage[at] - 1
        row = first.terms_of_trade[at], first.volume_of_trade[at], *exact
        print(f"{name:26}" + "".join(f"{100 * x:15.2f}" for x in row))


if __name__ == "__main__":
    main()
