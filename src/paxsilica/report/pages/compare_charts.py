"""A comparison's findings at hand, and the charts of its page."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from paxsilica.data.elasticities import paper
from paxsilica.horizon import Horizon
from paxsilica.questions.question import Answer
from paxsilica.report import words
from paxsilica.report.charts.heatmap import heatmap
from paxsilica.report.charts.theme import Figure
from paxsilica.report.charts.world_map import world_map
from paxsilica.report.pages.parties import PartiesView
from paxsilica.report.pages.run import DEFICITS
from paxsilica.report.pages.run_charts import MOST_BARS, MOST_COLUMNS, ROUNDING, named_bars

AXIS, LESS = "Difference of real income, points", "B less A; a loss is negative."


class CompareView(PartiesView):
    """An answer of `pax compare` with its parts at hand.

    Attributes:
        sides: `A` and `B`, as attached. called: what each is called inside a sentence.
        horizon: that of both, or nothing where they have two. difference: region -> points of real income.
        losses, gains: regions that lose or gain by B instead of A, the largest first.
        differs: what is no part of both, each with its contribution.
    """

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer)
        told = answer.attachments
        self.sides: dict[str, Any] = {"A": told["a"], "B": told["b"]}
        self.called = dict(zip(self.sides, _called(*self.sides.values()), strict=True))
        if told["differs"] and self.called["A"] == self.called["B"]:
            self.called = _names_apart(self.called["A"], told["differs"])
        self.horizons = [horizon_of(side) for side in self.sides.values()]
        self.horizon = f"{self.horizons[0].when} " * (len({*self.horizons}) == 1)
        regions = set(self.economy.regions)
        found = self.findings.along("real_income", "region", scenario="difference")
        self.difference = {region: found[region] or 0.0 for region in found if region in regions}
        ranked = sorted(self.difference, key=self.difference.__getitem__)
        self.losses = [r for r in ranked if self.difference[r] < -ROUNDING]
        self.gains = [r for r in ranked[::-1] if self.difference[r] > ROUNDING]
        self.differs: list[dict[str, str]] = told["differs"]
        self.since = f"{LESS} {words.sentence(f'{self.horizon}'.strip())}".strip() + "." * bool(
            self.horizon
        )

    def both(self, variable: str, **of: Any) -> tuple[float, float]:
        """The values of A and B."""
        a, b = (self.findings.value(variable, scenario=side, **of) for side in "ab")
        return a, b

    def gap(self, variable: str, **of: Any) -> tuple[float, list[float]]:
        """B less A, and the ends of its band."""
        row = self.findings.row(variable, scenario="difference", **of)
        value = row["value"]
        return math.nan if value is None else value, words.ends_of(row)

    def parts(self, party: str) -> dict[str, float]:
        """Key of what differs -> what it contributes to a region or party; none where that is not known."""
        if not self.findings.select("contribution").blocks:
            return {}
        found = self.findings.along("contribution", "measure", region=party)
        return {key: value or 0.0 for key, value in found.items()}


def _called(a: Any, b: Any) -> Iterator[str]:
    """What each is called: its title, and the day, horizon, elasticities and baseline in which they differ."""
    told = {
        "as_of": lambda side: (
            f"on {side['as_of']}" if side["as_of"] else "with every measure counted"
        ),
        "horizon": lambda side: horizon_of(side).when,
        "elasticities": lambda side: (
            f"with elasticities of {paper(side['assumptions']['elasticities'])}"
        ),
        "deficits": lambda side: f"where {DEFICITS[side['assumptions']['deficits']]}",
        "baseline": lambda side: f"on {side['baseline']}",
    }

    def held(side: Any, key: str) -> Any:
        return side["assumptions"].get(key, side.get(key))

    differ = [key for key in told if held(a, key) != held(b, key)]
    for side in (a, b):
        yield " ".join([f"“{side['title']}”", *(told[key](side) for key in differ)])


def _names_apart(called: str, differs: list[dict[str, str]]) -> dict[str, str]:
    """What two of one title are called: after the one measure in which they differ, else by their letter."""
    was, now = (differs[0][key] for key in ("was", "now")) if len(differs) == 1 else ("", "")
    if was and now:
        return {"A": f"“{words.sentence(was)}”", "B": f"“{words.sentence(now)}”"}
    return {side: f"{called} ({side})" for side in "AB"}


def horizon_of(side: Any) -> Horizon:
    return Horizon.parse(side["assumptions"]["horizon"])


def points(value: float) -> str:
    return f"{words.signed(value)} points"


def difference_map(v: CompareView) -> Figure:
    title = "Who gains and who loses by B instead of A: real income by region"
    drawn = world_map("difference-map", title, v.economy, v.difference, AXIS, [v.since])
    return drawn or largest_differences(v)


def largest_differences(v: CompareView) -> Figure:
    """The regions that differ most, and those that the measures name."""
    order = [*v.gains, *v.losses[::-1]]
    most = {*v.gains[:MOST_BARS], *v.losses[:MOST_BARS], *v.few[:MOST_BARS]}
    shown = {region: v.names.name(region) for region in order if region in most}
    notes = [v.since, f"{len(shown)} of {len(v.difference)} regions: what differs most."]
    title = "Real income by region, B less A"
    of = {"": v.difference}
    return named_bars(
        v, "differences", title, AXIS, of, shown, notes, lambda _, value: words.signed(value)
    )


def output_differences(v: CompareView) -> Figure:
    """Output volume by sector, B less A: of the parties, then where some sector differs most."""
    found = v.findings.select("output_volume", scenario="difference").blocks[0]
    regions, sectors = found.axes[0]["region"], found.axes[1]["sector"]
    change = {
        r: dict(zip(sectors, values[:, 0], strict=True))
        for r, values in zip(regions, found.value, strict=True)
    }
    moved = sorted(regions, key=lambda r: -sum(abs(x) for x in change[r].values() if x == x))
    few = [region for region in v.few[:MOST_BARS] if region in change]
    shown = [*dict.fromkeys([*few, *moved])][:MOST_COLUMNS]
    lines = sorted(sectors, key=lambda j: change[shown[0]][j])
    cells = []
    for sector in lines:
        for region in shown:
            value, row = float(change[region][sector]), v.economy.sector_name(sector)
            known = math.isfinite(value)
            said = f"{v.names.name(region)}, {row}: {points(value) if known else 'none made'}"
            text = words.number(value, 2 if abs(value) >= 0.1 else 1) * known
            cell = {"row": row, "column": v.names.name(region), "value": value if known else None}
            cells.append({**cell, "text": text, "tip": said})
    notes = [
        v.since,
        f"{len(shown)} of {len(regions)} regions: those that differ most. Grey: none made.",
    ]
    names = [v.economy.sector_name(j) for j in lines], [v.names.name(r) for r in shown]
    title, legend = "Output by sector, at constant prices, B less A", "Difference of output, points"
    return heatmap(
        "output-difference",
        title,
        cells,
        *names,
        legend,
        notes,
        signed=True,
        heads=("Sector", "Region"),
    )


def trade_by_sector(v: CompareView) -> Iterator[Figure]:
    """Trade of the heaviest flows by sector."""
    for at, flow in enumerate(v.actors.flows[:2]):
        of = {"region": flow.exporter, "partner": flow.importer}
        was, now, gap = (
            {
                k: x
                for k, x in v.billions("trade", "sector", **of, scenario=side).items()
                if k != v.hit
            }
            for side in ("a", "b", "difference")
        )
        order = sorted(gap, key=lambda j: -abs(gap[j]))[:MOST_BARS]
        shown = {j: v.economy.sector_name(j) for j in sorted(order, key=gap.__getitem__)}
        title = f"Exports of {v.who(flow.exporter)} to {v.who(flow.importer)} by sector, A → B"
        notes = [v.since, f"{len(shown)} of {len(gap)} sectors: what differs most."]
        axis = f"Difference, billion USD{words.of_year(v.economy)} a year"

        def both(sector: str, _: float, was: Any = was, now: Any = now) -> str:
            return f"{words.number(was[sector])} → {words.number(now[sector])}"

        if len(shown) > 1:
            yield named_bars(
                v, f"trade-by-sector-{at + 1}", title, axis, {"": gap}, shown, notes, both
            )
