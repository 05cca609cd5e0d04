"""Every kind of measure in one table, `KINDS`: fields, ops with ranges, effect on the shock.

Validation, `pax show measures` and the docs read it. To add a kind, add a model and a row to the file of its family.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from paxsilica.policy.measure import Measure as Measure
from paxsilica.policy.measure import MeasureKind as MeasureKind
from paxsilica.policy.measures.bans import BANS, Ban
from paxsilica.policy.measures.border import BORDER, BorderRate
from paxsilica.policy.measures.limits import LIMITS, Cap, CapacityLoss, TariffQuota
from paxsilica.policy.measures.production import PRODUCTION, InputRate, ProductionRate

AnyMeasure = Annotated[
    BorderRate | Ban | ProductionRate | InputRate | TariffQuota | Cap | CapacityLoss,
    Field(discriminator="kind"),
]

KINDS: Mapping[str, MeasureKind] = {**BORDER, **BANS, **PRODUCTION, **LIMITS}
