"""What share of a sector's trade each customs line is, for every importer and exporter of an economy.

A user's own trade table comes first. What the United States buys is known by line and partner (US Census Bureau, imports
for consumption of 2024), what others buy of raw materials by subheading (CEPII BACI). All else that others buy is taken to
be as US imports from everybody, which is no knowledge of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from paxsilica.checks import Bool
from paxsilica.economy import Array, Economy
from paxsilica.names.places import ROW
from paxsilica.policy.law.tables import Places, table
from paxsilica.policy.products import BUYER, EVERYBODY, sector_at, us_lines

US_CUSTOMS, RAW_CUSTOMS = "US imports of 2024", "customs of {} (BACI)"
"""How sentences call what is packaged."""


class Bought(NamedTuple):
    """What importers buy from exporters: positions of both and of a cell (a customs line, or behind all of them a
    subheading), and money, one entry each."""

    importer: Places
    exporter: Places
    cell: Places
    value: Array

    def where(self, keep: Bool) -> Bought:
        """The entries that a mask keeps."""
        return Bought(self.importer[keep], self.exporter[keep], self.cell[keep], self.value[keep])


@dataclass(frozen=True, eq=False)
class Weights:
    """Shares of every flow by customs line. `c` counts the customs lines, `h` the subheadings behind them as cells.

    Attributes:
        own: `[n, j]` whether what an importer buys of a sector is known by code. named: `[n]` from the user's table.
        source: what that table is called; empty without one.
        pair, cell, share: of flows `n * N + i`, ascending, what is known of each, as a share of its sector.
        everybody, other: `[n, i, j]` what of a flow is made up like US imports of all goods, and of all but raw materials.
        raw: `[c]` lines of which what everybody buys is known. year: when; 0 where none is.
        counted: `[n, i, j]` what customs count of raw materials, as a share of the flow; above 1 where they count more.
    """

    economy: Economy
    own: Bool
    named: Bool
    source: str
    pair: Places
    cell: Places
    share: Array
    everybody: Array
    other: Array
    raw: Bool
    year: int
    counted: Array

    def held(self, lines: Bool) -> Array:
        """`[n, i, j]` share of each flow that the lines `[c]` hold."""
        shape = self.everybody.shape
        held, sectors = (
            np.concatenate([lines, _of_subheadings(lines)]),
            sector_of_cell(self.economy),
        )
        at = self.pair * shape[2] + sectors[self.cell]
        part = np.bincount(at, self.share * held[self.cell], self.everybody.size)
        found: Array = part.reshape(shape).astype(float)
        own = sector_at(self.economy.sectors)
        chosen = lines & (own >= 0)
        for whole, mix in ((self.everybody, self._mix()), (self.other, self._mix(self.raw))):
            found += whole * np.bincount(own[chosen], mix[chosen], shape[2])
        return found

    def of_pair(self, n: int, i: int) -> Array:
        """`[c]` what i sells to n by line, each as a share of its sector."""
        first, last = np.searchsorted(
            self.pair, [n * len(self.economy.regions) + i + k for k in (0, 1)]
        )
        known = np.bincount(
            self.cell[first:last], self.share[first:last], len(sector_of_cell(self.economy))
        )
        lines, at = us_lines(), sector_at(self.economy.sectors)
        found: Array = known[: len(at)] + known[len(at) :][lines.subheadings[1]] * lines.inside
        found += self.everybody[n, i, at] * self._mix() + self.other[n, i, at] * self._mix(self.raw)
        return np.asarray(np.where(at >= 0, found, 0.0))

    def traded(self, flows: Bool) -> Bool:
        """`[c]` lines of which some of the flows `[n, i]` hold anything."""
        mine = flows.ravel()[self.pair] & (self.share > 0)
        cells = np.bincount(self.cell[mine], minlength=len(sector_of_cell(self.economy))) > 0
        lines, at = us_lines(), sector_at(self.economy.sectors)
        found = cells[: len(lines.codes)] | cells[len(lines.codes) :][lines.subheadings[1]]
        for whole, mix in ((self.everybody, self._mix()), (self.other, self._mix(self.raw))):
            has = np.where(flows[:, :, None], whole, 0.0).max((0, 1)) > 0
            found |= (at >= 0) & has[at] & (mix > 0)
        return np.asarray(found)

    def known(self, lines: Bool) -> Bool:
        """`[n, j]` whether the share of these lines is known of what an importer buys of a sector."""
        return np.asarray(self.own | ~self._has(lines & ~self.raw))

    def sources(self, cells: Bool, lines: Bool) -> list[str]:
        """What the shares of some lines are known by, or guessed by, where `[n, j]` importers buy of sectors."""
        us = np.array([region == BUYER for region in self.economy.regions])
        named, own = cells & self.own & self.named[:, None], cells & self.own & us[:, None]
        raw, guessed = (cells & ~self.own & self._has(lines & of) for of in (self.raw, ~self.raw))
        said = {
            self.source: named.any(),
            US_CUSTOMS: (own & ~named).any() or guessed.any(),
            RAW_CUSTOMS.format(self.year): raw.any(),
        }
        return [source for source, counts in said.items() if counts]

    def touching(self, buyers: Bool, lines: Bool) -> Bool:
        """`[n, j]` the sectors of some lines, of some importers `[n]`."""
        return np.asarray(buyers[:, None] & self._has(lines))

    def _has(self, lines: Bool) -> Bool:
        """`[j]` whether a sector has any of the lines."""
        at = sector_at(self.economy.sectors)[lines]
        return np.asarray(np.bincount(at[at >= 0], minlength=len(self.economy.sectors)) > 0)

    def _mix(self, but: Bool | None = None) -> Array:
        """`[c]` US imports from everybody by line, as shares of the sector, without some lines."""
        return _us_mix(self.economy.sectors, None if but is None else but.tobytes())


OnDemand = Callable[[], Weights]
"""Weights that are made when somebody asks for them: most measures name no products."""


@cache
def _us_mix(sectors: tuple[str, ...], but: bytes | None) -> Array:
    usd, at = us_lines().imports[EVERYBODY], sector_at(sectors)
    usd = np.where(at < 0, 0.0, usd)
    if but is not None:
        usd = np.where(np.frombuffer(but, dtype=bool), 0.0, usd)
    whole = np.bincount(at[at >= 0], usd[at >= 0], len(sectors))[at]
    return np.divide(usd, whole, out=np.zeros(len(usd)), where=whole > 0)


def _of_subheadings(lines: Bool) -> Array:
    """`[h]` what share of US imports of each subheading the lines hold."""
    known = us_lines()
    return np.asarray(np.bincount(known.subheadings[1], lines * known.inside), dtype=float)


def sector_of_cell(e: Economy) -> Places:
    """`[c + h]` position of the sector of each cell; −1 where the economy has none."""
    at, of_line = sector_at(e.sectors), us_lines().subheadings[1]
    _, first = np.unique(of_line, return_index=True)
    return np.concatenate([at, at[first]])


def at_subheading(code: str) -> int:
    """The cell of an HS 2022 code of six digits; −1 where no sector is known of it."""
    codes = us_lines().subheadings[0]
    at = int(np.searchsorted(codes, code))
    return len(us_lines().codes) + at if at < len(codes) and codes[at] == code else -1


_PACKAGED: WeakKeyDictionary[Economy, Weights] = WeakKeyDictionary()


def packaged_weights(e: Economy) -> Weights:
    """The weights without a table of the user's, made once for an economy."""
    if e not in _PACKAGED:
        _PACKAGED[e] = weights_from(e)
    return _PACKAGED[e]


def weights_from(e: Economy, bought: Bought | None = None, source: str = "") -> Weights:
    """The weights of an economy, from a user's trade where it names an importer, else from what is packaged.

    An importer's own shares of what it buys from an exporter, or from everybody where it buys nothing of a sector from
    that one.
    """
    N, _, J = e.flows.shape
    own, found = np.zeros((N, J), bool), list[Any]()
    named = np.zeros(N, bool)
    if bought is not None:
        found += _own_shares(e, bought)
        named[bought.importer] = True
        of = sector_of_cell(e)[bought.cell]
        own[bought.importer[of >= 0], of[of >= 0]] = True
    if BUYER in e.regions:
        us = e.regions.index(BUYER)
        found.append(_us_shares(e, us, own[us]))
        own[us] |= np.isin(np.arange(J), sector_at(e.sectors))
    raw, year, counted = np.zeros(len(us_lines().codes), bool), 0, np.zeros(e.flows.shape)
    guessed = np.broadcast_to(~own[:, None], e.flows.shape)
    everybody, other = guessed.astype(float), np.zeros(e.flows.shape)
    trade = _raw_trade(e)
    if trade is not None:
        year, raw = int(table("raw_imports").year[0]), _raw_lines()
        share, counted, left = _raw_shares(e, trade, np.where(raw, 0.0, _us_mix(e.sectors, None)))
        told = guessed & ~np.isnan(left)
        everybody, other = np.where(told, 0.0, everybody), np.where(told, left, 0.0)
        keep = told[trade.importer, trade.exporter, sector_of_cell(e)[trade.cell]]
        pair = trade.importer * N + trade.exporter
        found.append((pair[keep], trade.cell[keep], share[keep]))
    empty = np.empty(0, np.intp), np.empty(0, np.intp), np.empty(0)
    pair, cell, parts = map(np.concatenate, zip(empty, *found, strict=True))
    order = np.argsort(pair, kind="stable")
    entries = pair[order], cell[order], parts[order]
    return Weights(e, own, named, source, *entries, everybody, other, raw, year, counted)


def _own_shares(e: Economy, bought: Bought) -> Iterator[tuple[Places, Places, Array]]:
    """Entries of what is bought, as shares of its sector; from everybody where nothing is bought from one."""
    N, _, J = e.flows.shape
    of = sector_of_cell(e)[bought.cell]
    bought, of = bought.where(of >= 0), of[of >= 0]
    at = (bought.importer * N + bought.exporter) * J + of
    whole = np.bincount(at, bought.value, e.flows.size)
    yield at // J, bought.cell, bought.value / whole[at]
    lacking = (whole.reshape(e.flows.shape) == 0) & (e.flows > 0)
    for n in np.unique(bought.importer):
        mine = bought.importer == n
        cells, back = np.unique(bought.cell[mine], return_inverse=True)
        value, sector = np.bincount(back, bought.value[mine]), sector_of_cell(e)[cells]
        share = value / np.bincount(sector, value, J)[sector]
        for i in np.flatnonzero(lacking[n].any(1)):
            keep = lacking[n, i, sector]
            yield np.full(int(keep.sum()), n * N + i), cells[keep], share[keep]


def _us_shares(e: Economy, us: int, known: Bool) -> tuple[Places, Places, Array]:
    """What the United States buys from each region, of the sectors that no table of the user's knows."""
    at = sector_at(e.sectors)
    pairs, cells, shares = [], list[Places](), list[Array]()
    for i, exporter in enumerate(e.regions):
        usd, whole = us_lines().weights(exporter, e.sectors)
        keep = np.flatnonzero((at >= 0) & (usd > 0) & ~known[at])
        pairs.append(np.full(len(keep), us * len(e.regions) + i))
        cells.append(keep)
        shares.append(usd[keep] / whole[at[keep]])
    return np.concatenate(pairs), np.concatenate(cells), np.concatenate(shares)


@cache
def _raw_lines() -> Bool:
    codes, of_line = us_lines().subheadings
    return np.isin(codes, table("raw_imports").code.unique().astype(str))[of_line]


def _raw_trade(e: Economy) -> Bought | None:
    """What each region buys of raw materials in the economy's year, million USD; None where nothing is known of that."""
    if e.about.currency != "USD" or e.about.year is None:
        return None
    raw = table("raw_imports")
    raw = raw[raw.year == e.about.year]
    if raw.empty or not set(e.sectors).intersection(us_lines().sectors):
        return None
    places = {code: at for at, code in enumerate(e.regions)}
    rest = places.get(ROW, -1)
    n, i = (
        raw[side].map(lambda code: places.get(code, rest)).to_numpy(np.intp)
        for side in ("importer", "exporter")
    )
    cell = raw.code.map({code: at_subheading(code) for code in raw.code.unique()}).to_numpy(np.intp)
    keep = (n >= 0) & (i >= 0) & (n != i) & (cell >= 0) & (sector_of_cell(e)[cell] >= 0)
    return Bought(n, i, cell, raw.usd_million.to_numpy(float)).where(keep)


def _raw_shares(e: Economy, trade: Bought, others: Array) -> tuple[Array, Array, Array]:
    """Of each entry its share of the flow; `[n, i, j]` what customs count of it, as a share; and what is left to other
    products, NaN where there is no flow, or nothing is known of it.

    Args:
        others: `[c]` US imports from everybody by line, as shares of the sector, without raw materials.

    Customs may count more of raw materials than a flow is, since tables of inputs and outputs value and count otherwise.
    Other products are then what they are of US imports, of what customs count beyond the flow, up to the flow itself.
    """
    at = trade.importer, trade.exporter, sector_of_cell(e)[trade.cell]
    usd = np.zeros(e.flows.shape)
    np.add.at(usd, at, trade.value)
    counted = np.divide(usd, e.flows, out=np.zeros(usd.shape), where=e.flows > 0)
    lines = sector_at(e.sectors)
    other = np.bincount(lines[lines >= 0], others[lines >= 0], len(e.sectors))
    beside = other * np.clip(counted - 1.0, 0.0, 1.0)
    whole = np.where(other > 0, np.maximum(1.0, counted + beside), counted)
    told = (e.flows > 0) & (whole > 0)
    left = np.where(
        told, 1.0 - np.divide(counted, whole, out=np.zeros(usd.shape), where=told), np.nan
    )
    share = np.divide(trade.value, (whole * e.flows)[at], out=np.zeros(len(at[0])), where=told[at])
    return share, counted, left
