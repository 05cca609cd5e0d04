"""Bans: part or all of what is traded may be traded no more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from pydantic import field_validator

from paxsilica.economy import Array
from paxsilica.names import Names
from paxsilica.policy.cells import on_flows
from paxsilica.policy.measure import (
    LEFT,
    SHARE,
    Effect,
    FlowMeasure,
    Ground,
    MeasureKind,
    about,
)
from paxsilica.policy.values import Percent
from paxsilica.policy.wording import actor, partners, per_cent


class Ban(FlowMeasure):
    kind: Literal["export_ban", "import_ban"]
    share: Percent = about(
        "share of the baseline's range of products that is banned", "%", 1.0, SHARE
    )

    @field_validator("share")
    @classmethod
    def _in_range(cls, share: float) -> float:
        SHARE.check(share, "bans nothing")
        return share

    @classmethod
    def rows_of_family(cls) -> Mapping[str, MeasureKind]:
        return BANS

    def clause(self, goods: str, sizes: Sequence[float], names: Names) -> str:
        acting, side, deed = (self.exporter, "importer", f"exports of {goods} to")
        if self.kind == "import_ban":
            acting, side, deed = (self.importer, "exporter", f"imports of {goods} from")
        who, s, its = actor(acting, names)
        part = "all" if set(sizes) == {1.0} else f"{per_cent(sizes)} of"
        return f"{who} ban{s} {part} {its} {deed} {partners(self, side, names)}"

    def effects(self, ground: Ground) -> Iterator[Effect]:
        yield on_flows(self, ground)

    def applied(self, levels: Array) -> Array:
        """A ban of share s leaves 1 - s of the products still permitted; a full ban exactly nothing."""
        return levels * (1.0 - self.share)


BANS: Mapping[str, MeasureKind] = {
    "export_ban": MeasureKind(
        Ban,
        "the exporter stops selling: the whole flow, or a share of the products in it",
        "permitted",
        "It takes all or a share of the range of products out of the flow; nobody earns anything.",
        "{id: a, kind: export_ban, exporter: [CHN], importer: [USA], sector: [C26]}",
        "Export ban (19; chapter P31); with a share Export quota (21; chapter P32)",
        verb="ban",
        level=LEFT,
        aimed_at="importers",
    ),
    "import_ban": MeasureKind(
        Ban,
        "the importer stops buying: the whole flow, or a share of the products in it",
        "permitted",
        "It takes all or a share of the range of products out of the flow; nobody earns anything.",
        "{id: a, kind: import_ban, importer: [USA], exporter: [CHN], sector: [C26], share: 50%}",
        "Import ban (22; chapter E); with a share Import quota (45; chapter E2)",
        verb="ban",
        level=LEFT,
        aimed_at="exporters",
    ),
}
