"""Duties that importers paid, by month, partner and goods group, from the monthly statistics of US customs."""

from __future__ import annotations

from functools import cache

import numpy as np

from paxsilica.errors import InputError, nearest
from paxsilica.policy.law.partners import PartnerDuties
from paxsilica.policy.law.tables import table

INSIDE = {"C21": "C20", "C24B": "C24A", "C301": "C29", "C302T309": "C29"}
"""Sector -> goods group that holds it: NAICS-3 does not tell medicines, non-ferrous metals, ships and aircraft apart."""


@cache
def paid_months() -> tuple[str, ...]:
    """`2024-01` and so on."""
    return tuple(sorted(table("us_paid").month.unique()))


@cache
def paid_duties(month: str) -> PartnerDuties:
    """Imports and the duty on them in a month, USD, by partner and goods group; group `` is what is in no sector.

    Raises:
        InputError: a month that the statistics do not have.
    """
    if month not in paid_months():
        raise InputError(f"no duties of {month!r}{nearest(month, paid_months())}")
    rows = table("us_paid")
    partners, groups = (tuple(sorted(rows[axis].unique())) for axis in ("partner", "group"))
    rows = rows[rows.month == month]
    at = (rows.partner.map(partners.index), rows.group.map(groups.index))
    usd, duty = np.zeros((2, len(partners), len(groups)))
    usd[at], duty[at] = rows.imports, rows.duty
    return PartnerDuties(partners, groups, usd, duty, usd, np.full_like(usd, np.nan))
