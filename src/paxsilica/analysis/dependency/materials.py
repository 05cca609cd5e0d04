"""On whom countries depend for materials: the indicators applied to the packaged tables of trade and production.

`dependencies(us, them)` answers for one country or group, `by_region()` for every country at once, `suppliers` says who
sells a material, and `makers` who makes it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from paxsilica.analysis.dependency import indicators as f
from paxsilica.analysis.dependency.measure import INDICATORS, Indicator, measure
from paxsilica.analysis.dependency.tables import TRADE, Tables, packaged
from paxsilica.economy import Array, Note
from paxsilica.errors import InputError
from paxsilica.findings import Findings, block
from paxsilica.names import Names
from paxsilica.names.index import Spelled
from paxsilica.names.places import members_of_group
from paxsilica.names.products import product


@dataclass(frozen=True, eq=False)
class Dependencies:
    """The indicators of one country or group.

    Attributes:
        us: its members. them: a second group, () for none. called: how findings call the two.
        values: name of the indicator -> `[code or subject, year]` over all years of the tables; NaN without data.
        notes: repairs of the tables, and members without data.
    """

    us: tuple[str, ...]
    them: tuple[str, ...]
    tables: Tables
    values: Mapping[str, Array]
    notes: tuple[Note, ...] = ()
    called: tuple[str, str] = ("us", "them")

    def judged(self, name: str) -> Indicator:
        """An indicator as it applies to `us`: supply risk has its threshold for the European Union alone.

        The Commission set it for the Union's sourcing. A country that makes what it uses is its own single supplier,
        which the index counts at ten times its own instability: by that threshold most producers would be critical.
        """
        indicator = INDICATORS[name]
        union = name != "supply_risk" or set(self.us) == set(members_of_group("EU"))
        return indicator if union else replace(indicator, threshold=np.inf)


def dependencies(
    us: Spelled,
    them: Spelled = (),
    *,
    tables: Tables | None = None,
    called: tuple[str, str] = ("us", "them"),
) -> Dependencies:
    """The indicators of one country, or of a group taken as one: trade among its members is inside.

    Args:
        us: countries or groups. them: those of a second group, whose shares are wanted.
        tables: default the packaged ones.
        called: how findings call `us` and `them`.

    Raises:
        LabelError: an unknown country. InputError: `us` is empty, a country is named twice or is
            in both groups, or the trade table holds no member of a group.
    """
    t = tables or packaged()
    ours, theirs = _ours(us), Names().countries(them, "them")
    disjoint(ours, theirs)
    absent = [*_absent(t, ours, "us"), *_absent(t, theirs, "them")]
    partner = t.membership(theirs) if theirs else None
    values = measure(t, t.membership(ours) - 1, 1, partner).items()
    text = f"the trade table has no {', '.join(absent)}: such trade is counted as nothing, or with a neighbour's"
    notes = (*t.notes, Note("no_trade", text)) if absent else t.notes
    return Dependencies(ours, theirs, t, {name: its[:, 0] for name, its in values}, notes, called)


def by_region(tables: Tables | None = None) -> tuple[tuple[str, ...], dict[str, Array]]:
    """Countries, and every indicator of each by itself in one pass: `[code or subject, country, year]`."""
    t = tables or packaged()
    countries = t.countries[:-1]
    return countries, measure(t, np.append(np.arange(len(countries)), -1), len(countries))


def suppliers(
    us: Spelled, what: str, year: int, *, tables: Tables | None = None, called: str = "us"
) -> Findings:
    """All imports of a material or HS code by `us`, and who sells it from outside, largest first.

    Raises:
        LabelError: neither a material nor a code. InputError: a material that trade has no code for, a year that the
            trade table has not, or members of which it holds none.
    """
    t = tables or packaged()
    ours = _ours(us)
    _absent(t, ours, "us")
    if why := untraded(what, tables=t):
        raise InputError(f"trade has no code of {why}")
    codes = _codes(t, what)
    guessed = np.where(np.isnan(t.trade.quantity), t.quantity, 0.0)
    value, weight, estimated = (
        bought_from(t, ours, year, amount)[codes].sum(0)
        for amount in (t.trade.value, t.quantity, guessed)
    )
    order = [k for k in np.argsort(-value, kind="stable") if value[k] > 0]
    columns = {
        "imports": value,
        "import_share": 100 * f.shares(value),
        "import_weight": weight,
        "estimated_weight": 100 * np.nan_to_num(f.ratio(estimated, weight)),
    }
    who = {"partner": [t.countries[k] for k in order]}
    of: dict[str, Any] = {"region": called, "product": what, "date": str(year), "source": TRADE}
    each = [block(name, its[order], who, **of) for name, its in columns.items() if order]
    return Findings((block("imports", value.sum(), **of), *each))


def makers(what: str, *, tables: Tables | None = None) -> Findings:
    """Shares of world output of a material in the latest year of each stage that is counted, the largest maker first.

    Of an HS code, of the materials that it holds; empty where nobody counts who makes them. Raises LabelError: neither.
    """
    t, named = tables or packaged(), product(what)
    held = {m.code for m in t.materials if m.code == named or named in m.hs}
    found = []
    for s, subject in enumerate(t.subjects):
        years = np.flatnonzero(~np.isnan(t.unnamed[s]))
        if subject.material not in held or not years.size:
            continue
        y = int(years[-1])
        share, line = t.share[s, :, y], t.production.products[t.product[s, y]]
        order = [k for k in np.argsort(-share, kind="stable") if share[k] > 0]
        of: dict[str, Any] = {"product": subject.material, "item": subject.stage}
        of |= {"date": str(t.years[y]), "source": line.source}
        who = {"region": [t.countries[k] for k in order]}
        found.append(block("output_share", 100 * share[order], who, **of))
        found.append(block("unnamed_output", 100 * t.unnamed[s, y], **of))
    return Findings(tuple(found))


def bought_from(t: Tables, us: Iterable[str], year: int, amount: Array) -> Array:
    """`[code, country]` sums of an amount of `[flow]` that `us` buys from outside. InputError: no data for the year."""
    years = t.trade.years
    if year not in years:
        raise InputError(f"no trade data for {year}; there are {years[0]} to {years[-1]}")
    ours, shape = t.membership(us), (len(t.trade.codes), len(t.countries))
    flows = (ours[t.importer] > ours[t.exporter]) & (t.year == t.years.index(year))
    cell = np.ravel_multi_index((t.trade.code[flows], t.exporter[flows]), shape)
    return np.bincount(cell, amount[flows], math.prod(shape)).astype(float).reshape(shape)


def disjoint(us: Iterable[str], them: Iterable[str]) -> None:
    """Raises InputError: somebody is on both sides."""
    both = sorted({*us} & {*them})
    if both:
        raise InputError(f"{', '.join(both)} is in us and in them; leave it in one")


def _ours(us: Spelled) -> tuple[str, ...]:
    if not (ours := Names().countries(us, "us")):
        raise InputError("us is empty; name at least one country, such as IND")
    return ours


def _absent(t: Tables, members: tuple[str, ...], name: str) -> list[str]:
    """Members whose trade the table does not hold. Raises InputError: that is all of them."""
    traders = {t.countries[n] for n in np.union1d(t.exporter, t.importer)}
    absent = [c for c in members if c not in traders]
    if members and len(absent) == len(members):
        raise InputError(
            f"{name}: the trade table has no {', '.join(absent)} (it counts some territories with a "
            "neighbour); name a country that it has"
        )
    return absent


def untraded(what: str, *, tables: Tables | None = None) -> str:
    """A material or code that the trade table has no code of, and why; empty where it has one. Raises LabelError."""
    t, named = tables or packaged(), product(what)
    if _codes(t, what):
        return ""
    material = next((m for m in t.materials if m.code == named), None)
    return f"{material.name}{': ' * bool(material.note)}{material.note}" if material else named


def _codes(t: Tables, what: str) -> list[int]:
    """Positions of the codes of a material, or of a code; none where trade has none. Raises LabelError."""
    named = product(what)
    wanted = next((m.hs for m in t.materials if m.code == named), (named,))
    return [t.trade.codes.index(code) for code in wanted if code in t.trade.codes]
