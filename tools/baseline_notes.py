"""The words and sizes of the notes that the packaged baselines carry."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from paxsilica.economy import Array, Note
from paxsilica.names.places import packaged_groups
from us_tariffs import UsTariffs

HIGH = 0.5


def table_notes(flows: Array, output: Array, services: Array) -> list[Note]:
    """What was estimated or does not add up in the input-output table itself."""
    gap = np.abs(flows.sum(0) - output)
    found = [
        Note(
            "output_is_the_sum_of_sales",
            f"rows of the source balance to {gap.max():.1f} million USD (largest gap to published gross output); "
            "output is the sum of sales, and value added takes up the gap",
            float(gap.sum()),
            of=("flows",),
        ),
        Note(
            "row_technology_estimated",
            "how the industries of ROW use inputs is estimated by the source, not observed; "
            "the total trade of ROW is data",
            of=("inputs",),
        ),
        Note(
            "economies_inside_row",
            "economies outside the 80 are inside ROW and cannot be named one by one, among them "
            f"Qatar. Groups with members inside ROW: {_outside()}",
            of=("flows",),
        ),
    ]
    if services.shape[2] > 1:
        text = (
            "bilateral flows of single services are estimated: the source splits total bilateral services over 23 "
            "industries; the amount is all cross-border services"
        )
        found.append(
            Note("services_split_estimated", text, float(_abroad(services).sum()), of=("flows",))
        )
    else:
        found.append(
            Note(
                "services_in_one_sector",
                "23 service industries are one sector, SERV ('Services (aggregate)' in the "
                "source); icio2022-50 shows them apart, by estimate",
                of=("flows",),
            )
        )
    return found


def cube_notes(
    regions: Sequence[str], sectors: Sequence[str], flows: Array, cube: Array, tariffs: Array
) -> list[Note]:
    """What was done to the tariffs of 2021, `cube[n, i, j]` as the source has them. Sizes are on the flows of 2022."""
    us, row, goods = regions.index("USA"), regions.index("ROW"), cube.shape[2] - 1
    abroad = _abroad(flows)
    services, dropped = abroad[:, :, goods:].sum(2), cube[:, :, -1]
    from_row = abroad[:, row, :goods].sum() - abroad[us, row, :goods].sum()
    high = np.where(tariffs > HIGH, abroad * tariffs, 0.0)
    where = [f"{regions[n]} {sectors[j]}" for n, j in np.argwhere(high.sum(1) > 0)]
    return [
        Note(
            "services_tariffs_removed",
            f"the tariff cube charges services up to {dropped.max():.1%}; set to zero. Cross-border services affected: "
            f"{(services * (dropped > 0)).sum():,.0f} million USD; the amount is the duty removed",
            float((services * dropped).sum()),
            of=("tariffs",),
        ),
        Note(
            "prohibitive_tariffs_kept",
            f"tariffs above {HIGH:.0%} of importers other than the United States are kept as the source has them "
            f"({', '.join(where)}); "
            "simple averages that a few prohibitive products dominate, far above what is paid. The amount is the duty",
            float(high.sum()),
            of=("tariffs",),
        ),
        Note(
            "row_as_importer_untaxed",
            "tariffs charged by ROW are missing in the source and stay zero; the amount is its goods imports",
            float(abroad[row, :, :goods].sum()),
            of=("tariffs",),
        ),
        Note(
            "row_as_exporter_untaxed",
            "tariffs that importers other than the United States charge on ROW are missing in the "
            "source and stay zero; the amount is their goods imports from ROW",
            float(from_row),
            of=("tariffs",),
        ),
    ]


def us_notes(us: int, flows: Array, cube: Array, usa: UsTariffs, tariffs: Array) -> list[Note]:
    """How the tariffs of the United States were made; `us` is its position."""
    goods = cube.shape[2] - 1
    abroad = _abroad(flows)[us, :, :goods]
    before, after = (abroad * cube[us, :, :goods]).sum(), (abroad * tariffs[us, :, :goods]).sum()
    return [
        Note(
            "us_tariffs_of_2024",
            "tariffs of the United States are duties over imports of 2024 by partner and sector, in place of the "
            f"cube's simple averages of 2021; on the flows of 2022 duties go from {before:,.0f} to {after:,.0f} "
            "million USD; the amount is the change",
            float(after - before),
            of=("tariffs",),
        ),
        Note(
            "us_imports_without_sector",
            "US imports under HS 98 and 99 (special provisions), without a GTAP sector, or electricity are left out of "
            f"the rates, with duties of {usa.left_out_duty / 1e6:,.1f} million USD; the amount is the imports of 2024",
            usa.left_out / 1e6,
            of=("tariffs",),
        ),
        Note(
            "us_rates_spread_by_chapter",
            "partners without HS10 detail (members of the EU but SVK, and small partners): imports and duties by HS "
            "chapter divided over sectors as in the EU aggregate for its members and as in all partners pooled for the "
            "others; the amount is these imports of 2024",
            usa.spread_by_chapter / 1e6,
            of=("tariffs",),
        ),
        Note(
            "us_rates_pooled",
            "where customs saw no imports of a sector from a partner in 2024 the sector's rate over all "
            "partners is used; the amount is the 2022 flows concerned",
            float(abroad[usa.no_customs_imports].sum()),
            of=("tariffs",),
        ),
    ]


def duties_on_inputs(moved: float) -> Note:
    text = (
        "inputs are valued duty paid: the table's value added holds the duties that industries pay on imported inputs, "
        "and these move from value added to the cost of inputs"
    )
    return Note("duties_on_inputs_leave_value_added", text, moved, of=("inputs",))


def value_added_floor(floor: float, moved: float, where: Sequence[str]) -> Note:
    text = f"value added below {floor:.0%} of output raised to it by scaling inputs down in: {', '.join(where) or 'none'}"
    return Note("value_added_floor", text, moved, of=("inputs",))


def caveats() -> list[Note]:
    """True of every result and moving no money by themselves."""
    return [
        Note(
            "tariff_vintages",
            "flows are of 2022, tariffs of importers other than the United States of 2021, tariffs of the "
            "United States of 2024; later changes belong in the scenario",
            of=("tariffs",),
        ),
        Note(
            "simple_average_tariffs",
            "tariffs of importers other than the United States are simple averages over the "
            "products of 15 groups of goods, so a few prohibitive rates and products hardly traded count in full",
            of=("tariffs",),
        ),
    ]


def _outside() -> str:
    groups = packaged_groups()["regions"]
    return "; ".join(
        f"{name} ({' '.join(group['outside'])})"
        for name, group in groups.items()
        if group.get("outside")
    )


def _abroad(flows: Array) -> Array:
    return flows * (1 - np.eye(len(flows)))[:, :, None]
