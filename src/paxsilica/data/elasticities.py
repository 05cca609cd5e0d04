"""Named sets of trade elasticities (theta) by sector, and how to put one into an economy."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

import numpy as np

from paxsilica.data.own_elasticities import is_table, with_own_table
from paxsilica.data.sources import PACKAGED
from paxsilica.economy import Array, Economy, Note
from paxsilica.errors import LabelError, nearest
from paxsilica.names.places import rows
from paxsilica.names.sectors import packaged_sectors

DEFAULT = "fontagne"

SOURCES: Mapping[str, str] = {
    "fontagne": "Fontagné, Guimbard and Orefice (2022), Journal of International Economics, by ICIO industry",
    "fontagne_broad": "Fontagné, Guimbard and Orefice (2022) in broader sector groups; its services "
    "value, 8.35, comes from goods codes",
    "bagwell_staiger_yurukoglu": "Bagwell, Staiger and Yurukoglu (2021), Econometrica",
    "caliendo_parro": "Caliendo and Parro (2015), Review of Economic Studies; refined petroleum is 64.85: a tariff "
    "on C19 nearly closes the flow, so read results for fuels with care",
    "giri_yi_yilmazkuday": "Giri, Yi and Yilmazkuday (2021), Journal of International Economics",
    "in_sample": "an estimate for which the source file names no paper",
    "lashkaripour_lugovskyy": "Lashkaripour and Lugovskyy (2023), American Economic Review; refined "
    "petroleum is 0.64, below 1",
    "shapiro": "Shapiro (2016), American Economic Journal: Economic Policy",
    "uniform_4": "4 in every sector, a round number for sensitivity checks",
}
"""Short name -> the paper, and what to beware of."""


def elasticity_sets() -> tuple[str, ...]:
    """Names that `load_economy(..., elasticities=)` takes, the default first."""
    return tuple(SOURCES)


def paper(name: str) -> str:
    """What a set is called on a page, `Fontagné, Guimbard and Orefice (2022)`; another name as it is."""
    return re.split(r"(?<=\)),|;|, a ", SOURCES.get(name, name))[0]


def trade_elasticity(name: str, sectors: Sequence[str]) -> Array:
    """`[j]` theta of a named set for packaged sector codes; every service takes the set's single services value.

    Raises:
        LabelError: no such set, or a sector that the sets do not cover.
    """
    theta = {sector: value for sector, (value, _) in _theta_of(name).items()}
    services = {sector.code: theta["SERV"] for sector in packaged_sectors() if not sector.goods}
    known = services | theta
    for sector in sectors:
        if sector not in known:
            raise LabelError(
                f"elasticity set {name} has no sector {sector!r}{nearest(sector, known)}"
            )
    return np.array([known[sector] for sector in sectors])


def with_elasticities(economy: Economy, name: str) -> Economy:
    """A copy of the economy with a named set, or with a table of one's own, and one note that says which and what was
    filled.

    Raises:
        LabelError: no such set, or the economy has a sector that the sets do not cover.
        EconomyError: the table cannot be read, or is wrong.
    """
    if is_table(name):
        return with_own_table(economy, name)
    theta = trade_elasticity(name, economy.sectors)
    notes = [note for note in economy.notes if "trade_elasticity" not in note.of]
    own = [note.of[0] for note in notes if note.name.startswith("own_")]
    text = f"{SOURCES[name]}.{_filled(name, economy.sectors)}"
    notes.append(Note("trade_elasticities", text, of=("trade_elasticity",)))
    about = replace(economy.about.with_own((), own), elasticities=name)
    return economy.with_theta(theta, tuple(notes), about)


def with_every_set(economy: Economy) -> tuple[tuple[Economy, ...], tuple[Note, ...]]:
    """Copies under each packaged set, the default first; none, with a note, where they do not cover its sectors."""
    try:
        return tuple(with_elasticities(economy, name) for name in elasticity_sets()), ()
    except LabelError as error:
        own = economy.about.elasticities
        why = f"one set of elasticities, {own}: the packaged sets do not cover this baseline ({error})"
        return (), (Note("elasticities.band", why),)


def _filled(name: str, sectors: Sequence[str]) -> str:
    goods = [
        f"{sector} {value:.2f}"
        for sector, (value, origin) in _theta_of(name).items()
        if origin == "filled" and sector != "SERV" and sector in sectors
    ]
    services, origin = _theta_of(name)["SERV"]
    text = f" Every service takes {services:g}"
    if origin == "filled":
        text += ", a convention: the paper estimates goods only"
    if goods:
        text += f". Goods without an estimate take the trade-weighted mean of their ISIC section: {', '.join(goods)}"
    return text + "."


@cache
def _every_set() -> Mapping[str, Mapping[str, tuple[float, str]]]:
    tables: dict[str, dict[str, tuple[float, str]]] = {}
    for row in rows(PACKAGED / "elasticities.csv"):
        tables.setdefault(row["set"], {})[row["sector"]] = (float(row["theta"]), row["origin"])
    return tables


def _theta_of(name: str) -> Mapping[str, tuple[float, str]]:
    if name not in SOURCES:
        raise LabelError(f"unknown elasticity set {name!r}{nearest(name, SOURCES)}")
    return _every_set()[name]
