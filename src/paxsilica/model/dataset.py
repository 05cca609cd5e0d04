"""An outcome's arrays with their axes, for xarray."""

from __future__ import annotations

from collections.abc import Sequence

import xarray as xr

from paxsilica.model.outcome import Outcome
from paxsilica.model.welfare import first_order


def dataset(outcome: Outcome) -> xr.Dataset:
    """Every array with named axes: changes are factors (1 is unchanged), levels million USD."""
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
