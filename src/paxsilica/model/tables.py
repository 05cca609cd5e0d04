"""Labelled tables of an outcome: changes in percent of the baseline, money in million USD at its numeraire."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from paxsilica.economy import Array
from paxsilica.model.outcome import Outcome
from paxsilica.model.welfare import first_order

if TYPE_CHECKING:
    import xarray as xr

COLUMNS = ["variable", "region", "partner", "sector", "value", "unit"]


def long_table(outcome: Outcome) -> pd.DataFrame:
    """Every region, region x sector and region x partner result in one long frame; empty axes hold an empty string."""
    e = outcome.economy
    parts = [*_by_region(outcome), *_by_sector(outcome), *_by_partner(outcome)]
    frame = pd.concat(parts, ignore_index=True)[COLUMNS]
    axes = {"region": e.regions, "partner": ("", *e.regions), "sector": ("", *e.sectors)}
    for column, labels in axes.items():
        frame[column] = pd.Categorical(frame[column], categories=list(labels))
    return frame


def _by_region(outcome: Outcome) -> list[pd.DataFrame]:
    e, first = outcome.economy, first_order(outcome)
    money = e.about.unit
    abroad = ~np.eye(len(e.regions), dtype=bool)[:, :, None]
    before, after = e.flows * abroad, outcome.flows * abroad
    columns: dict[str, tuple[Array, str]] = {
        "real income change": (100 * (outcome.real_income - 1), "%"),
        "real income change in money": ((outcome.real_income - 1) * e.income, money),
        "first-order welfare": (100 * first.welfare, "% of income"),
        "first-order terms of trade": (100 * first.terms_of_trade, "% of income"),
        "first-order volume of trade": (100 * first.volume_of_trade, "% of income"),
        "first-order technology": (100 * first.technology, "% of income"),
        "first-order transfers": (100 * first.transfers, "% of income"),
        "real wage change": (100 * (outcome.real_wage - 1), "%"),
        "wage change": (100 * (outcome.wage - 1), "% relative to world labour income"),
        "consumer price change": (
            100 * (outcome.consumer_price - 1),
            "% relative to world labour income",
        ),
        "tariff revenue before": (e.tariff_revenue, money),
        "tariff revenue after": (outcome.tariff_revenue, money),
        "exports before": (before.sum((0, 2)), money),
        "exports after": (after.sum((0, 2)), money),
        "imports before": (before.sum((1, 2)), money),
        "imports after": (after.sum((1, 2)), money),
        "trade deficit before": (e.deficit, money),
        "trade deficit after": (outcome.deficit, money),
    }
    return [
        pd.DataFrame(
            {
                "variable": name,
                "region": e.regions,
                "partner": "",
                "sector": "",
                "value": values,
                "unit": unit,
            }
        )
        for name, (values, unit) in columns.items()
    ]


def _by_sector(outcome: Outcome) -> list[pd.DataFrame]:
    e = outcome.economy
    quantity = np.divide(
        outcome.output,
        e.output * outcome.gate_price,
        out=np.ones_like(e.output),
        where=e.output > 0,
    )
    made, bought = e.output > 0, e.expenditure > 0
    return [
        _stack("output volume change", 100 * (quantity - 1), "%", made, outcome),
        _stack("output before", e.output, e.about.unit, made, outcome),
        _stack("output after", outcome.output, e.about.unit, made, outcome),
        _stack(
            "purchase price change",
            100 * (outcome.price - 1),
            "% relative to world labour income",
            bought,
            outcome,
        ),
        _stack("makeshifts", outcome.makeshift, e.about.unit, outcome.makeshift > 0, outcome),
    ]


def _stack(
    name: str, values: Array, unit: str, where: np.ndarray, outcome: Outcome
) -> pd.DataFrame:
    regions, sectors = np.array(outcome.economy.regions), np.array(outcome.economy.sectors)
    n, j = np.nonzero(where)
    return pd.DataFrame(
        {
            "variable": name,
            "region": regions[n],
            "partner": "",
            "sector": sectors[j],
            "value": values[n, j],
            "unit": unit,
        }
    )


def _by_partner(outcome: Outcome) -> list[pd.DataFrame]:
    e = outcome.economy
    regions = np.array(e.regions)
    i, n = np.nonzero(~np.eye(len(regions), dtype=bool))
    frames = []
    for name, flows in (
        ("exports to partner before", e.flows),
        ("exports to partner after", outcome.flows),
    ):
        totals = flows.sum(2).T
        columns = {"region": regions[i], "partner": regions[n], "sector": "", "value": totals[i, n]}
        frames.append(pd.DataFrame({"variable": name, **columns, "unit": e.about.unit}))
    return frames


def dataset(outcome: Outcome) -> xr.Dataset:
    """The outcome's arrays with named axes (`importer`, `exporter`, `region`, `sector`)."""
    import xarray as xr

    e = outcome.economy
    region: Sequence[str] = ("region",)
    cell, flow = ("region", "sector"), ("importer", "exporter", "sector")
    first = first_order(outcome)
    arrays = {
        "real_income": (region, outcome.real_income),
        "real_wage": (region, outcome.real_wage),
        "wage": (region, outcome.wage),
        "consumer_price": (region, outcome.consumer_price),
        "first_order_terms_of_trade": (region, first.terms_of_trade),
        "first_order_volume_of_trade": (region, first.volume_of_trade),
        "first_order_technology": (region, first.technology),
        "first_order_transfers": (region, first.transfers),
        "income": (region, outcome.income),
        "tariff_revenue": (region, outcome.tariff_revenue),
        "price": (cell, outcome.price),
        "unit_cost": (cell, outcome.unit_cost),
        "output": (cell, outcome.output),
        "expenditure": (cell, outcome.expenditure),
        "makeshift": (cell, outcome.makeshift),
        "flows": (flow, outcome.flows),
        "flows_before": (flow, e.flows),
        "tariffs": (flow, outcome.shock.tariffs),
    }
    coords = {
        "region": list(e.regions),
        "importer": list(e.regions),
        "exporter": list(e.regions),
        "sector": list(e.sectors),
    }
    return xr.Dataset(arrays, coords=coords, attrs={"unit": e.about.unit, "baseline": e.about.name})
