"""A chain in sentences: what is left, what holds it back, for how long stocks last, whom it takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache, cached_property, partial
from typing import Any, cast

from paxsilica.names import inside, joined
from paxsilica.policy.values import show_percent
from paxsilica.questions.chain import Chain
from paxsilica.questions.question import Answer
from paxsilica.report import words

COUNTED = {
    "plant": "by place of production",
    "headquarters": "by headquarters of the firm, not by place of its plants",
    "capacity": "of capacity, not of output",
    "count": "by number",
    "imports": "of what the United States imports, by country of origin",
}
"""What the shares of a stage count."""

SETS_SAID = 4


class ChainView:
    """An answer to `Chain`, as its page reads it."""

    def __init__(self, answer: Answer) -> None:
        self.answer, self.findings, self.names = answer, answer.findings, answer.names
        self.question = cast(Chain, answer.question)
        self.chain: Mapping[str, Any] = answer.attachments["chain"]
        self.stages: dict[str, Mapping[str, Any]] = {s["id"]: s for s in self.chain["stages"]}
        self.group = self.names.say(self.question.trusted)
        # stage -> value of a variable, None where it is unknown
        self.of = cache(partial(self.findings.along, dimension="item"))
        self.binding = [id for id, value in self.of("limits_output").items() if value]

    def suppliers(self, id: str) -> list[tuple[str, float]]:
        """Suppliers of a stage and their shares, %, the largest first."""
        found = self.findings.along("output_share", "region", item=id).items()
        known = [(country, share) for country, share in found if share is not None]
        return sorted(known, key=lambda share: -share[1])

    def said(self, variable: str) -> str:
        """A number of the whole chain, as it is written."""
        return words.number(self.findings.value(variable))

    def names_of(self, ids: Sequence[str]) -> str:
        """Names of stages inside a sentence; NdFeB and AI keep their capitals."""
        return joined([inside(self.stages[id]["name"]) for id in ids], 5)

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

    @cached_property
    def counted(self) -> str:
        """What the shares count: of most stages, and which others differ; and of which years."""
        of: dict[str, list[str]] = {}
        for id, year in self.of("data_year").items():
            if year is not None:
                of.setdefault(self.stages[id]["basis"], []).append(id)
        bases = sorted(of, key=lambda basis: -len(of[basis]))
        others = [f"{joined(of[basis], 3)} {COUNTED[basis]}" for basis in bases[1:]]
        said = "; ".join([*(COUNTED[basis] for basis in bases[:1]), *others])
        return f"{said}, {years(self.answer)}"


def years(answer: Answer, chain: str | None = None) -> str:
    """From when the data of a chain are: `2019 to 2025`."""
    where = {} if chain is None else {"product": chain}
    span = answer.findings.along("data_year", "point", **where).values()
    said = dict.fromkeys(f"{year:.0f}" for year in span if year is not None)
    return " to ".join(said) or "no year"


def chain_sentences(v: ChainView) -> list[str]:
    """What a reader should know first, in sentences."""
    lines = [*(_output_left(v) if v.cuts else ()), *_covered(v), *_most_needed(v), _smallest(v)]
    tools = sum(stage["capital"] for stage in v.stages.values())
    if tools:
        lines.append(
            f"{tools} stages make tools and other capital goods, which users keep for years: where they are lost, the "
            "numbers above are the long run without new ones, and the path over time leaves them out."
        )
    unknown = [id for id, share in v.of("group_share").items() if share is None]
    if unknown:
        lines.append(
            f"{len(unknown)} of {len(v.stages)} stages have no country data and count as safe: {v.names_of(unknown)}."
        )
    return lines


def _output_left(v: ChainView) -> Iterator[str]:
    long = " in the long run" if any(v.stages[id]["capital"] for id in v.binding) else ""
    held = f", held back by {v.names_of(v.binding)}" if v.binding else ""
    yield f"{words.sentence(v.cuts)}: {v.said('output_left')} % of normal output is left{long}{held}."
    who = "those who may not buy" if v.question.buyers else v.group
    for id, left in v.of("group_output_left").items():
        yield (
            f"{v.stages[id]['name']}, plants of {who}: {words.number(left or 0.0)} % of their normal output is "
            "left, if what is short is spread as evenly as it can be."
        )
    short = v.findings.value("days_until_short")
    cover = f"after {short:.0f} days" if short == short else "not within the horizon"
    yield (
        f"With the stocks that are known, output falls below 99 % {cover}; over {v.question.days} days "
        f"{words.number(-v.findings.value('output_lost'))} days of normal output are lost."
    )


def _covered(v: ChainView) -> Iterator[str]:
    known = {id: share for id, share in v.of("group_share").items() if share is not None}
    least = sorted(known, key=lambda id: known[id])[:3]
    if known:
        yield (
            f"{v.group} makes more than half of world output at {sum(s > 50 for s in known.values())} of "
            f"{len(known)} stages with data; least at {v.names_of(least)} "
            f"({', '.join(words.number(known[id], 2) + ' %' for id in least)}). Alone it could make "
            f"{v.said('output_alone')} % of the world's output of the chain, "
            f"{v.said('output_alone_with_unnamed')} % if every unnamed supplier were on its side."
        )


def _most_needed(v: ChainView) -> Iterator[str]:
    left = v.findings.along("output_without", "region", item="every_stage")
    worst = [
        f"{v.names.name(country)} {words.number(output, 2)} %"
        for country, output in left.items()
        if output is not None and output < 100
    ]
    if worst:
        said = joined(worst[:3])
        yield f"Output left when one country is lost at every stage, the worst: {said}."


def _smallest(v: ChainView) -> str:
    sets = list(v.findings.along("smallest_cut", "region"))
    if not sets:
        return next(note.text for note in v.answer.notes if note.name == "no such set")
    said = [" and ".join(map(v.names.name, label.split("+"))) for label in sets[:SETS_SAID]]
    more = f", and {len(sets) - SETS_SAID} more" if len(sets) > SETS_SAID else ""
    size = v.findings.value("smallest_cut_size")
    many = "one country" if size == 1 else f"{size:.0f} countries together"
    target = words.number(100 * v.question.target)
    return f"It takes {many} to bring output to {target} % or below: {'; or '.join(said)}{more}."
