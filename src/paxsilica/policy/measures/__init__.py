"""Every kind of measure in one table, `KINDS`: fields, ops with ranges, effect on the shock.

Validation, `pax show measures` and the docs read it. To add a kind, add a model and a row to the file of its family.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from paxsilica.policy.measure import Measure as Measure
from paxsilica.policy.measure import MeasureKind as MeasureKind
from paxsilica.policy.measures.agreement import AGREEMENTS, Agreement
from paxsilica.policy.measures.bans import BANS, Ban
from paxsilica.policy.measures.border import BORDER, BorderRate
from paxsilica.policy.measures.carbon import CARBON, CarbonCharge
from paxsilica.policy.measures.controls import CONTROLS, Embargo, ExportControl
from paxsilica.policy.measures.duties import DUTIES, Exemption, SpecificDuty
from paxsilica.policy.measures.limits import LIMITS, Cap, CapacityLoss, TariffQuota
from paxsilica.policy.measures.production import PRODUCTION, InputRate, ProductionRate
from paxsilica.policy.measures.transfer import TRANSFERS, Transfer

AnyMeasure = Annotated[
    BorderRate
    | SpecificDuty
    | Exemption
    | CarbonCharge
    | Agreement
    | Ban
    | ExportControl
    | Embargo
    | ProductionRate
    | InputRate
    | Transfer
    | TariffQuota
    | Cap
    | CapacityLoss,
    Field(discriminator="kind"),
]

KINDS: Mapping[str, MeasureKind] = {
    **BORDER,
    **DUTIES,
    **CARBON,
    **AGREEMENTS,
    **BANS,
    **CONTROLS,
    **PRODUCTION,
    **TRANSFERS,
    **LIMITS,
}
