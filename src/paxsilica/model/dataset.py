"""An outcome's arrays with their axes, for xarray."""

from __future__ import annotations

from dataclasses import fields

import xarray as xr

from paxsilica.model.outcome import Outcome
from paxsilica.model.welfare import first_order

ALONG = {
    ("region",): ("real_income", "real_wage", "wage", "consumer_price", "income", "tariff_revenue"),
    ("region", "sector"): ("price", "unit_cost", "output", "expenditure", "backstop"),
    ("importer", "exporter", "sector"): ("flows",),
}
"""Axes -> what of an outcome is along them."""


def dataset(outcome: Outcome) -> xr.Dataset:
    """Every array with named axes: changes are factors (1 is unchanged), levels million USD."""
    e, first, flow = outcome.economy, first_order(outcome), tuple(outcome.economy.flow_axes)
    arrays = {
        **{name: (axes, getattr(outcome, name)) for axes, names in ALONG.items() for name in names},
        **{f"first_order_{f.name}": ("region", getattr(first, f.name)) for f in fields(first)},
        "flows_before": (flow, e.flows),
        "tariffs": (flow, outcome.shock.tariffs),
    }
    coords = {"region": e.regions, **e.flow_axes}
    labels = {axis: list(names) for axis, names in coords.items()}
    return xr.Dataset(arrays, coords=labels, attrs={"unit": e.about.unit, "baseline": e.about.name})
