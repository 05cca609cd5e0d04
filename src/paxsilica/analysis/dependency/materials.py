"""On whom countries depend for materials: the indicators applied to the packaged tables of trade and production.

`dependencies(us, them)` answers for one country or group, `by_region()` for every country at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from paxsilica.analysis.dependency import indicators as f
from paxsilica.analysis.dependency.measure import INDICATORS, Indicator, measure, versus
from paxsilica.analysis.dependency.tables import Tables, packaged
from paxsilica.economy import Array, Note
from paxsilica.errors import InputError
from paxsilica.names import Names
from paxsilica.names.index import Spelled
from paxsilica.names.places import members_of_group
from paxsilica.names.products import product


@dataclass(frozen=True)
class Supplier:
    """A supplier from outside.

    Attributes:
        value: million USD. share: of the value of all imports from outside.
        quantity: tonnes, NaN where unknown. estimated: the part of it that is taken from the value.
    """

    country: str
    value: float
    share: float
    quantity: float
    estimated: float


@dataclass(frozen=True, eq=False)
class Dependencies:
    """The indicators of one country or group.

    Attributes:
        us: its members. them: a second group, () for none.
        values: name of the indicator -> `[code or subject, year]` over all years of the tables; NaN without data.
        notes: repairs of the tables, and members without data.
    """

    us: tuple[str, ...]
    them: tuple[str, ...]
    tables: Tables
    values: Mapping[str, Array]
    notes: tuple[Note, ...] = ()

    def judged(self, name: str) -> Indicator:
        """An indicator as it applies to `us`: supply risk has its threshold for the European Union alone.

        The Commission set it for the Union's sourcing. A country that makes what it uses is its own single supplier,
        which the index counts at ten times its own instability: by that threshold most producers would be critical.
        """
        indicator = INDICATORS[name]
        union = name != "supply_risk" or set(self.us) == set(members_of_group("EU"))
        return indicator if union else replace(indicator, threshold=None)


def dependencies(
    us: Spelled,
    them: Spelled = (),
    *,
    tables: Tables | None = None,
) -> Dependencies:
    """The indicators of one country, or of a group taken as one: trade among its members is inside.

    Args:
        us: countries or groups. them: those of a second group, whose shares are wanted.
        tables: default the packaged ones.

    Raises:
        LabelError: an unknown country. InputError: `us` is empty, a country is named twice or is
            in both groups, or the trade table holds no member of a group.
    """
    t = tables or packaged()
    ours, theirs = _ours(us), Names().countries(them, "them")
    disjoint(ours, theirs)
    absent = [*_absent(t, ours, "us"), *_absent(t, theirs, "them")]
    group = t.membership(ours) - 1
    values = {name: array[:, 0] for name, array in measure(t, group, 1).items()}
    if theirs:
        values |= {
            name: array[:, 0] for name, array in versus(t, 1 + group, t.membership(theirs)).items()
        }
    text = f"the trade table has no {', '.join(absent)}: such trade is counted as nothing, or with a neighbour's"
    notes = (*t.notes, Note("no_trade", text)) if absent else t.notes
    return Dependencies(ours, theirs, t, values, notes)


def by_region(tables: Tables | None = None) -> tuple[tuple[str, ...], dict[str, Array]]:
    """Countries, and every indicator of each by itself in one pass: `[code or subject, country, year]`."""
    t = tables or packaged()
    countries = t.countries[:-1]
    return countries, measure(t, np.append(np.arange(len(countries)), -1), len(countries))


def suppliers(
    us: Spelled, what: str, year: int, *, tables: Tables | None = None
) -> tuple[Supplier, ...]:
    """Who sells a material or HS code to `us` from outside, largest first.

    Raises:
        LabelError: neither a material nor a code. InputError: a material that trade has no code for, a year that the
            trade table has not, or members of which it holds none.
    """
    t = tables or packaged()
    named = _ours(us)
    _absent(t, named, "us")
    ours, codes, years = t.membership(named), _codes(t, what), t.trade.years
    if year not in years:
        raise InputError(f"no data for {year}; trade has {years[0]} to {years[-1]}")
    wanted = (
        np.isin(t.trade.code, codes)
        & (t.year == t.years.index(year))
        & (ours[t.importer] > 0)
        & (ours[t.exporter] == 0)
    )
    who, value, quantity = t.exporter[wanted], t.trade.value[wanted], t.quantity[wanted]
    guessed = np.where(np.isnan(t.trade.quantity[wanted]), quantity, 0.0)
    values, tonnes, estimated = (
        np.bincount(who, w, len(t.countries)) for w in (value, quantity, guessed)
    )
    total = values.sum()
    order = sorted(np.flatnonzero(values > 0), key=lambda i: -values[i])
    part = np.nan_to_num(f.ratio(estimated, tonnes))
    rows = [(values[i], values[i] / total, tonnes[i], part[i]) for i in order]
    return tuple(
        Supplier(t.countries[i], *map(float, row)) for i, row in zip(order, rows, strict=True)
    )


def disjoint(us: Iterable[str], them: Iterable[str]) -> None:
    """Raises InputError: somebody is on both sides."""
    both = sorted({*us} & {*them})
    if both:
        raise InputError(f"{', '.join(both)} is in us and in them; leave it in one")


# ---- labels -----------------------------------------------------------------------------------------------------


def _ours(us: Spelled) -> tuple[str, ...]:
    if not (ours := Names().countries(us, "us")):
        raise InputError("us is empty; name at least one country, such as IND")
    return ours


def _absent(t: Tables, members: tuple[str, ...], name: str) -> list[str]:
    """Members whose trade the table does not hold. Raises InputError: that is all of them."""
    absent = [c for c in members if c not in t.told]
    if members and len(absent) == len(members):
        raise InputError(
            f"{name}: the trade table has no {', '.join(absent)} (it counts some territories with a "
            "neighbour); name a country that it has"
        )
    return absent


def _codes(t: Tables, what: str) -> list[int]:
    """Positions of the codes of a material, or of a code. Raises LabelError, InputError: there is none."""
    named = product(what)
    material = next((m for m in t.materials if m.code == named), None)
    wanted = material.hs if material else (named,)
    if not (codes := [t.trade.codes.index(code) for code in wanted if code in t.trade.codes]):
        why = f"{material.name}{': ' * bool(material.note)}{material.note}" if material else named
        raise InputError(f"trade has no code of {why}")
    return codes
