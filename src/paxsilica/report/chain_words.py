"""A chain in sentences: what is left, what holds it back, for how long stocks last, whom it takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING

from paxsilica.analysis.chain import (
    Coverage,
    SingleCut,
    SmallestCut,
    Supply,
    SupplyChain,
    SupplyPath,
)
from paxsilica.names import joined
from paxsilica.names.places import country_names
from paxsilica.report import words

if TYPE_CHECKING:
    from paxsilica.analysis.chain.link import Linked

BASES = {
    "plant": "by place of production",
    "headquarters": "by headquarters of the firm, not by place of its plants",
    "capacity": "of capacity, not of output",
    "count": "by number",
}
"""What the shares of a stage count."""


@dataclass(frozen=True, eq=False)
class ChainResult:
    """What was computed of one chain. `group` is the trusted group as written, `cuts_said` the cuts in words."""

    chain: SupplyChain
    group: str
    coverage: Coverage
    found: Supply
    time: SupplyPath
    singles: Sequence[SingleCut]
    smallest: SmallestCut
    cuts_said: str
    members: tuple[str, ...] = ()
    links: Sequence[Linked] = field(default_factory=tuple)
    command: str = ""


def summary(r: ChainResult) -> list[str]:
    """What a reader should know first, in sentences."""
    name = country_names()
    lines = []
    if r.found.cuts:
        lines.append(
            f"{words.sentence(r.cuts_said)}: {words.number(100 * r.found.output)} % of normal output is left"
            + (" in the long run" if set(r.found.bottlenecks) & set(r.chain.capital) else "")
            + (
                f", held back by {stages_said(r, r.found.bottlenecks)}."
                if r.found.bottlenecks
                else "."
            )
        )
        lines += _places(r)
        cover = f"after {r.time.cover:.0f} days" if r.time.cover < inf else "not within the horizon"
        days = f"{r.time.days[-1] + r.time.step:.0f}"
        lines.append(
            f"With the stocks that are known, output falls below 99 % {cover}; over {days} days "
            f"{words.number(r.time.lost)} days of normal output are lost."
        )
    known = {s: share for s, share in r.coverage.shares.items() if share is not None}
    if known and r.members:
        least = sorted(known, key=lambda s: known[s])[:3]
        lines.append(
            f"{r.group} makes more than half of world output at {sum(v > 0.5 for v in known.values())} of "
            f"{len(known)} stages with data; least at {stages_said(r, least)} "
            f"({', '.join(words.number(100 * known[s], 2) + ' %' for s in least)}). Alone it could make "
            f"{words.number(100 * r.coverage.alone)} % of the world's output of the chain, "
            f"{words.number(100 * r.coverage.with_unnamed)} % if every unnamed supplier were on its side."
        )
    worst = [row for row in r.singles if not row.stage and row.output < 1][:3]
    if worst:
        parts = [
            f"{name.get(row.country, row.country)} {words.number(100 * row.output, 2)} %"
            for row in worst
        ]
        lines.append(
            f"Output left when one country is lost at every stage, the worst: {joined(parts)}."
        )
    lines.append(_smallest(r.smallest))
    if r.chain.capital:
        lines.append(
            f"{len(r.chain.capital)} stages make tools and other capital goods, which users keep for years: where "
            "they are lost, the numbers above are the long run without new ones, and the path over time leaves "
            "them out."
        )
    if r.found.not_judged:
        many = len(r.found.not_judged)
        lines.append(
            f"{many} of {len(r.chain.stages)} stages have no country data and count as safe: "
            f"{stages_said(r, r.found.not_judged)}."
        )
    return lines


def counted(chain: SupplyChain) -> str:
    """What the shares count: of most stages, and which others differ."""
    found = [stage.basis for stage in chain.stages if stage.shares is not None]
    ranked = sorted(dict.fromkeys(found), key=lambda basis: -found.count(basis))
    parts = [BASES[ranked[0]]] if ranked else []
    for basis in ranked[1:]:
        names = [
            stage.id for stage in chain.stages if stage.shares is not None and stage.basis == basis
        ]
        parts.append(f"{joined(names, 3)} {BASES[basis]}")
    return "; ".join(parts)


def _places(r: ChainResult) -> list[str]:
    """What is left at the plants of those who may not buy, or of the trusted group, the shortage spread evenly."""
    buyers = tuple(dict.fromkeys(country for cut in r.found.cuts for country in cut.buyers))
    who, members = ("those who may not buy", buyers) if buyers else (r.group, r.members)
    lines = []
    for final, made in r.found.by_place.items():
        stage = r.chain.stages[r.chain.position(final)]
        usual = sum(stage.share(country) for country in members)
        if usual > 0:
            kept = sum(made.get(country, 0.0) for country in members)
            lines.append(
                f"{stage.name}, plants of {who}: {words.number(100 * kept / usual)} % of their normal output is "
                "left, if what is short is spread as evenly as it can be."
            )
    return lines


def _smallest(found: SmallestCut) -> str:
    name = country_names()
    target = f"{words.number(100 * found.target)} %"
    if not found.sets:
        return found.notes[-1].text
    sets = [" and ".join(name.get(c, c) for c in members) for members, _ in found.sets[:4]]
    more = f", and {len(found.sets) - 4} more" if len(found.sets) > 4 else ""
    size = "one country" if found.size == 1 else f"{found.size} countries together"
    return f"It takes {size} to bring output to {target} or below: {'; or '.join(sets)}{more}."


def stages_said(r: ChainResult, ids: Sequence[str]) -> str:
    """Names of stages inside a sentence; NdFeB and AI keep their capitals."""
    names = {stage.id: stage.name for stage in r.chain.stages}
    return joined([words.inside(names[id]) for id in ids], 5)
