"""A chain in sentences: what is left, what holds it back, for how long stocks last, whom it takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from paxsilica.findings import Findings
from paxsilica.names import Names, inside, joined
from paxsilica.policy.values import show_percent
from paxsilica.questions.chain import Chain
from paxsilica.questions.question import Answer
from paxsilica.report import words

COUNTED = {
    "plant": "by place of production",
    "headquarters": "by headquarters of the firm, not by place of its plants",
    "capacity": "of capacity, not of output",
    "count": "by number",
}
"""What the shares of a stage count."""

SETS_SAID = 4


@dataclass(frozen=True, eq=False)
class Told:
    """An answer to `Chain`, as its page reads it."""

    answer: Answer
    question: Chain

    @property
    def f(self) -> Findings:
        return self.answer.findings

    @property
    def names(self) -> Names:
        return self.answer.names

    @property
    def chain(self) -> Mapping[str, Any]:
        """The graph: stages, links, final products."""
        found: Mapping[str, Any] = self.answer.attachments["chain"]
        return found

    @cached_property
    def stages(self) -> Mapping[str, Mapping[str, Any]]:
        """By id, in the order of production."""
        return {stage["id"]: stage for stage in self.chain["stages"]}

    @cached_property
    def group(self) -> str:
        return self.names.say(self.question.trusted)

    @cached_property
    def cuts(self) -> str:
        """What is cut, in words; empty where nothing is."""
        q = self.question
        if q.cut is None:
            return ""
        part = f"{show_percent(q.share)} of " if q.share != 1 else ""
        where = f" at {joined(q.stage)}" if q.stage else ""
        whom = f" from {self.names.say(q.buyers)}" if q.buyers else ""
        return f"{part}{self.names.say(q.cut)} cut{where}{whom}"

    def value(self, variable: str, **where: str | None) -> float:
        """The one number, NaN where it is unknown; without a stage or country unless one is named."""
        return self.f.value(variable, **{"item": None, "region": None, **where})

    @cached_property
    def binding(self) -> list[str]:
        """Stages that limit the output."""
        return [id for id, value in self.f.along("limits_output", "item").items() if value]

    @cached_property
    def years(self) -> list[str]:
        """First and last year of the data, the same once; none where there are no data."""
        span = self.f.along("data_year", "point").values()
        return list(dict.fromkeys(f"{year:.0f}" for year in span if year is not None))

    @cached_property
    def counted(self) -> str:
        """What the shares count: of most stages, and which others differ."""
        year = self.f.along("data_year", "item")
        of: dict[str, list[str]] = {}
        for id, stage in self.stages.items():
            if year[id] is not None:
                of.setdefault(stage["basis"], []).append(id)
        most, *others = sorted(of, key=lambda basis: -len(of[basis])) or [""]
        parts = [COUNTED[most]] if most else []
        return "; ".join([*parts, *(f"{joined(of[b], 3)} {COUNTED[b]}" for b in others)])

    def said(self, ids: Sequence[str]) -> str:
        """Names of stages inside a sentence; NdFeB and AI keep their capitals."""
        return joined([inside(self.stages[id]["name"]) for id in ids], 5)


def summary(t: Told) -> list[str]:
    """What a reader should know first, in sentences."""
    lines = [*_left(t), *_covered(t), *_worst(t), _smallest(t)]
    tools = [id for id, stage in t.stages.items() if stage["capital"]]
    if tools:
        lines.append(
            f"{len(tools)} stages make tools and other capital goods, which users keep for years: where "
            "they are lost, the numbers above are the long run without new ones, and the path over time leaves "
            "them out."
        )
    unknown = [id for id, share in t.f.along("group_share", "item").items() if share is None]
    if unknown:
        lines.append(
            f"{len(unknown)} of {len(t.stages)} stages have no country data and count as safe: {t.said(unknown)}."
        )
    return lines


def _left(t: Told) -> list[str]:
    if not t.cuts:
        return []
    capital = any(t.stages[id]["capital"] for id in t.binding)
    held = f", held back by {t.said(t.binding)}" if t.binding else ""
    lines = [
        f"{words.sentence(t.cuts)}: {words.number(t.value('output_left'))} % of normal output is left"
        f"{' in the long run' if capital else ''}{held}."
    ]
    who = "those who may not buy" if t.question.buyers else t.group
    for row in t.f.select("output_left").rows():
        if "region" in row:
            lines.append(
                f"{t.stages[row['item']]['name']}, plants of {who}: {words.number(row['value'])} % of their normal "
                "output is left, if what is short is spread as evenly as it can be."
            )
    short = t.value("days_until_short")
    cover = f"after {short:.0f} days" if short == short else "not within the horizon"
    lines.append(
        f"With the stocks that are known, output falls below 99 % {cover}; over {t.question.days} days "
        f"{words.number(-t.value('output_lost'))} days of normal output are lost."
    )
    return lines


def _covered(t: Told) -> list[str]:
    shares = t.f.along("group_share", "item").items()
    known = {id: share for id, share in shares if share is not None}
    if not known:
        return []
    least = sorted(known, key=lambda id: known[id])[:3]
    alone, together = (
        words.number(t.f.value(variable))
        for variable in ("output_alone", "output_alone_with_unnamed")
    )
    return [
        f"{t.group} makes more than half of world output at {sum(v > 50 for v in known.values())} of "
        f"{len(known)} stages with data; least at {t.said(least)} "
        f"({', '.join(words.number(known[id], 2) + ' %' for id in least)}). Alone it could make "
        f"{alone} % of the world's output of the chain, "
        f"{together} % if every unnamed supplier were on its side."
    ]


def _worst(t: Told) -> list[str]:
    rows = [row for row in t.f.select("output_without", item=None).rows() if row["value"] < 100]
    parts = [f"{t.names.name(row['region'])} {words.number(row['value'], 2)} %" for row in rows[:3]]
    said = f"Output left when one country is lost at every stage, the worst: {joined(parts)}."
    return [said] if parts else []


def _smallest(t: Told) -> str:
    sets = list(t.f.along("smallest_cut", "region"))
    if not sets:
        return next(note.text for note in t.answer.notes if note.name == "no such set")
    said = [" and ".join(map(t.names.name, label.split("+"))) for label in sets[:SETS_SAID]]
    more = f", and {len(sets) - SETS_SAID} more" if len(sets) > SETS_SAID else ""
    size = t.value("smallest_cut_size")
    many = "one country" if size == 1 else f"{size:.0f} countries together"
    target = words.number(100 * t.question.target)
    return f"It takes {many} to bring output to {target} % or below: {'; or '.join(said)}{more}."
