"""Controls on exports, and embargoes of one group of regions on another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from pydantic import ValidationInfo, field_validator, model_validator

from paxsilica.names import Names, joined
from paxsilica.policy.cells import on_flows, regions_named
from paxsilica.policy.measure import (
    LEFT,
    SHARE,
    Effect,
    FlowMeasure,
    Goods,
    Ground,
    Measure,
    MeasureKind,
    Range,
    about,
)
from paxsilica.policy.measures.bans import Ban
from paxsilica.policy.measures.border import BorderRate
from paxsilica.policy.values import Percent, Several
from paxsilica.policy.wording import actor, partners, per_cent, said_regions

COST = Range(0.0, 100.0)


class ExportControl(FlowMeasure):
    """Licences for exports: a share is refused, or getting one has a cost."""

    kind: Literal["export_control"]
    share: Percent | None = about(
        "share of the baseline's range of products for which no licence is given", "%", range=SHARE
    )
    licence_cost: Percent | None = about(
        "what getting a licence adds to the price on arrival", "%", range=COST
    )

    @field_validator("share", "licence_cost")
    @classmethod
    def _in_range(cls, size: float | None, info: ValidationInfo) -> float | None:
        if size is not None and info.field_name == "share":
            SHARE.check(size, "stops nothing")
        elif size is not None:
            COST.check(size, "is no cost")
        return size

    @model_validator(mode="after")
    def _one_of_two(self) -> ExportControl:
        if (self.share is None) == (self.licence_cost is None):
            both = "both share and" if self.share is not None else "neither share nor"
            raise ValueError(
                f"has {both} licence_cost; write one: `share: 30%` is refused, "
                "or every sale costs `licence_cost: 5%` more"
            )
        return self

    @classmethod
    def rows_of_family(cls) -> Mapping[str, MeasureKind]:
        return CONTROLS

    def effects(self, ground: Ground) -> Iterator[Effect]:
        given = {key: getattr(self, key) for key in FlowMeasure.model_fields}
        if self.share is not None:
            plain: FlowMeasure = Ban.model_construct(
                **given | {"kind": "export_ban"}, share=self.share
            )
        else:
            cost = {
                "kind": "trade_cost",
                "op": "multiply",
                "rate": 1.0 + (self.licence_cost or 0.0),
            }
            plain = BorderRate.model_construct(**given | cost)
        effect = on_flows(plain, ground)
        yield replace(effect, kind=replace(effect.kind, aimed_at=self.row.aimed_at))

    def clause(self, goods: str, sizes: Sequence[float], names: Names) -> str:
        who, s, its = actor(self.exporter, names)
        buyers = partners(self, "importer", names)
        does = f"{who} license{s} {its} exports of {goods} to {buyers}"
        if self.share is not None:
            return f"{does} and refuse{s} {per_cent([self.share])} of them"
        return f"{does}, and a licence adds {per_cent([self.licence_cost or 0.0])} to the price on arrival"

    def beware(self, names: Names) -> Iterator[str]:
        if self.share is not None:
            yield "The share is of the range of products; how far the volume falls depends on prices too."
        else:
            yield "The cost is lost on the way, like freight; nobody earns it."


class Embargo(Goods, Measure):
    """A group stops selling to a target, buying from it, or both."""

    kind: Literal["embargo"]
    by: Several = about("who imposes it", "region", default=...)
    target: Several = about("whom it hits", "region", default=...)
    direction: Literal["exports", "imports", "both"] = about(
        "what stops, seen by those who impose it", default="both", range="exports, imports, both"
    )

    @classmethod
    def rows_of_family(cls) -> Mapping[str, MeasureKind]:
        return CONTROLS

    def effects(self, ground: Ground) -> Iterator[Effect]:
        where = "measures", self.id
        by, target = regions_named(self, ("by", "target"), ground)
        if both := [ground.names.say_region(region) for region in by if region in target]:
            are = "stand" if len(both) > 1 else "stands"
            raise ground.error(
                f"measure {self.id}: {joined(both)} {are} in by and in target; "
                "a region cannot ban its trade with itself: name the others one by one",
                *where,
                "by",
            )
        given: dict[str, Any] = {key: getattr(self, key) for key in Goods.model_fields}
        given |= {"id": self.id, "share": 1.0}
        if self.direction != "imports":
            sides = {"kind": "export_ban", "exporter": self.by, "importer": self.target}
            yield on_flows(Ban.model_construct(**given | sides), ground, *where)
        if self.direction != "exports":
            sides = {"kind": "import_ban", "importer": self.by, "exporter": self.target}
            yield on_flows(Ban.model_construct(**given | sides), ground, *where)

    def clause(self, goods: str, sizes: Sequence[float], names: Names) -> str:
        who, s, _ = actor(self.by, names)
        whom = said_regions(self.target, names, "")
        does = {
            "exports": f"stop{s} selling {goods} to {whom}",
            "imports": f"stop{s} buying {goods} from {whom}",
            "both": f"stop{s} selling {goods} to {whom} and buying {'it' if self.names_no_sector else 'them'} there",
        }
        return f"{who} {does[self.direction]}"

    def beware(self, names: Names) -> Iterator[str]:
        yield "Others go on trading with the target, and may sell on what they buy: the model has no goods in transit."


CONTROLS: Mapping[str, MeasureKind] = {
    "export_control": MeasureKind(
        ExportControl,
        "exports need a licence, which is refused for a share of the products or costs money to get",
        "permitted",
        "A share takes products out of the flow as a ban does; a cost multiplies the iceberg cost of the flow.",
        "{id: a, kind: export_control, exporter: [USA], importer: [CHN], sector: [C26], share: 30%}",
        "Export licensing requirement (35; chapter P33)",
        verb="control its sales to",
        level=LEFT,
        aimed_at="importers",
    ),
    "embargo": MeasureKind(
        Embargo,
        "a group of regions stops selling to a target, buying from it, or both",
        "permitted",
        "It is an export ban and an import ban of each member: the flows between become exactly zero.",
        "{id: a, kind: embargo, by: [USA, DEU], target: [CHN], sector: [C26]}",
        "Export ban (19; chapter P31) and Import ban (22; chapter E)",
        verb="ban",
        level=LEFT,
    ),
}
