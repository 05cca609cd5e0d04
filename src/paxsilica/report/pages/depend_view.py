"""What every page of `pax depend` is made of: somebody's share of something, and an answer with its names at hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from paxsilica.questions.depend import OWN_ERROR, SECTOR_ERROR, Depend
from paxsilica.questions.question import Answer
from paxsilica.report import words
from paxsilica.report.charts.bars import bars
from paxsilica.report.charts.theme import HUES, OUTSIDE
from paxsilica.report.report import Row, Section, Table, head

MOST_SHOWN = 20
"""Rows of a picture."""

STAGES = {"mine": "mined", "refine": "refined", "make": "made"}

HOW_SURE = (
    "How sure: shares of imports and output are counted, not estimated, so that there is no band"
)
MISREAD = (
    "Easily misread: imports count where they were shipped from, so that transit, or refining in a third country, does "
    "not show; these are raw materials alone, no chips, magnets or machines; what is made at home is in no share of "
    "imports; what costs little can stop a large industry."
)


class Portion(NamedTuple):
    """Somebody's share of the imports of a product, of the world's output at a stage, or of a sector's inputs.

    Attributes:
        value: of the share, %. of: what of, in words. main: whether the page is about it. row: of the table.
        note: how lasting it is. always: whether it was `main` in every year with data.
    """

    name: str
    whose: str
    value: float
    of: str
    main: bool
    row: Row
    note: str = ""
    always: bool = False

    def __str__(self) -> str:
        return f"{words.number(self.value, 2)} %{self.of}"


class Dependence:
    """An answer, and what the page says of it again and again."""

    def __init__(self, answer: Answer) -> None:
        assert isinstance(answer.question, Depend)
        self.answer, self.question, self.findings = answer, answer.question, answer.findings
        us, them = self.question.us, self.question.them
        self.name, self.say = answer.names.name, answer.names.say_region
        self.us, self.them = (answer.names.say(side, inside=True) for side in (us, them))
        traded = self.findings.select("imports").blocks
        self.year = traded[0].fixed["date"] if traded else ""
        self.rule = f"more than half from {self.them}" if self.them else "all GeoDep criteria"
        self.error = OWN_ERROR if OWN_ERROR in answer.not_modelled else SECTOR_ERROR
        self.known = {block.variable for block in self.findings.blocks if not block.detail}

    def columns(self, its: Mapping[str, Row], keys: Iterable[str]) -> dict[str, Any]:
        """The cells of a table, under the heads of those of the variables that are known here at all."""
        known = (key for key in keys if key in self.known)
        return {head(self.answer, key): its.get(key, {}).get("value") for key in known}


def shares_section(
    name: str,
    title: str,
    text: Sequence[str],
    portions: Sequence[Portion],
    rule: str,
    of: str = "imports",
) -> Section:
    """The first shares as bars, and all of them as a table."""
    axis, whose = f"Share of {of}, %", list(dict.fromkeys(p.whose for p in portions))
    kinds = {
        rule: HUES[0],
        "half or less" if rule.startswith("more than half") else "others": OUTSIDE,
    }
    rows = [
        {
            "label": p.name.removeprefix("the "),
            "value": p.value,
            "kind": list(kinds)[not p.main],
            "text": f"{p}{f', {p.whose}' if whose[1:] else ''}",
            "tip": f"{p.name}: {p}, {p.whose}",
        }
        for p in portions[:MOST_SHOWN]
        if p.value > 0
    ]
    seller = "the largest supplier" if whose[1:] else "".join(whose)
    first = f", {rule} first" * (len({p.main for p in portions}) > 1)
    notes = [f"{axis}, from {seller}; {len(rows)} of {len(portions)} are shown{first}."]
    whole = any(p.value > 50 for p in portions[:MOST_SHOWN])
    charts = [bars(name, title, rows, axis, notes, kinds, whole=whole)] if rows else []
    return Section(name, title, text, charts, Table([p.row for p in portions]))
