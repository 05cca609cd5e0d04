"""The page of `pax sweep`: how far a number moves over the points, what that hangs on, where it is lowest and highest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from paxsilica.analysis.sweep.summary import LOW_TO_HIGH, MOST_LINES, cell_label
from paxsilica.data.elasticities import paper
from paxsilica.findings import variables
from paxsilica.names import joined
from paxsilica.questions.question import Answer
from paxsilica.report import words
from paxsilica.report.charts.bars import bars
from paxsilica.report.charts.heatmap import heatmap
from paxsilica.report.charts.lines import lines
from paxsilica.report.charts.theme import HUES, Figure, Rows
from paxsilica.report.report import Number, Report, Section, Table, head

Field = Mapping[str, Any]
"""A field that varies, as the attachments have it."""

MOST_VALUES_SAID, MOST_READ_BACK, MOST_DOTS = 5, 3, 60
"""Values of a field and lines of the first point's scenario on the first screen; points of a line that have a dot."""

NEARLY_ALL = 99.5
"""Per cent of the variance that fields alone explain, from which on nothing is left to tell."""

NO_ODDS = (
    "The points of a grid are what was asked and not what is likely: lowest, median and highest say what the design spans, "
    "and no probability."
)
DRAWN = (
    "Points are drawn (a scrambled Sobol sequence) as likely as the design says, which is an assumption of its author: "
    "lowest and highest are of the points drawn, and others may lie beyond."
)
SHARES = (
    "The part of the variance over the points that the mean given one field alone explains (first-order Sobol index). "
    "What is left to 100 % is fields together, or chance where points are drawn."
)
OVER_OTHERS = "Means over the other fields."
GROUPS = "Many values stand in groups of as many, each at its mean."
KEPT_TABLES = (
    "The numbers of every point were not kept: --out names a folder for them.",
    "The numbers of every point stand in the folder of the sweep, in chunks, one Parquet file for each chunk of points, "
    "which DuckDB and pandas read together.",
)


class SweepView:
    """An answer, and how its number and its fields are told."""

    def __init__(self, answer: Answer) -> None:
        self.answer, self.findings, self.names = answer, answer.findings, answer.names
        self.of: Mapping[str, Any] = answer.attachments
        self.fields: Sequence[Field] = self.of["fields"]
        self.variable, self.labels = self.of["lead"]["variable"], self.of["lead"]["of"]
        self.lead = self.number_of(self.variable, self.labels)
        self.axis = f"{self.lead}, {answer.unit(self.variable)}".rstrip(", ")
        self.signed = bool(variables()[self.variable].sign)
        count = {
            k: int(self.findings.value(f"sweep_{k}")) for k in ("points", "unsolved", "refused")
        }
        self.size, self.empty = count["points"], count["unsolved"] + count["refused"]
        share = self.findings.along("sweep_sensitivity", "item")
        self.share = {name: x for name, x in share.items() if x is not None}

    def written(self, value: float) -> str:
        """A value of the number that leads, with its unit."""
        unit = self.answer.unit(self.variable)
        if unit.startswith("million "):
            return f"{(words.signed_money if self.signed else words.money)(value)} a year"
        return f"{words.signed(value) if self.signed else words.number(value)} {unit}".strip()

    def field(self, field: Field) -> str:
        """A field as a reader is told of it: its own name, or what its path says."""
        top, _, rest = field["field"].partition(".")
        owner, _, key = rest.rpartition(".")
        said = f"{key} of {owner}" if owner else rest or top
        return str(said if field["name"] == field["field"] else field["name"]).replace("_", " ")

    def value(self, field: Field, text: Any) -> str:
        """A value of a field in words: `25 %`, `long run`."""
        if field["field"].endswith("elasticities"):
            return paper(text)
        said = text if isinstance(text, str) else ", ".join(map(str, text))
        return said.replace("_", " ").replace("%", " %").replace("  ", " ")

    def number_of(self, key: str, labels: Mapping[str, str]) -> str:
        """What a number is of: `Real income of India`."""
        parts, places = [variables()[key].head], {"region": " of ", "partner": ", with "}
        for name, label in labels.items():
            if name in places:
                known = self.names.name(label) != label
                parts[0] += places[name] + (self.names.say_region(label) if known else label)
            elif name == "sector" and self.names.economy and label in self.names.table.sectors:
                parts.append(self.names.say_sector(label))
            else:
                parts.append(paper(label) if name == "elasticities" else label.replace("_", " "))
        return ", ".join(parts)

    def at(self, point: str) -> float:
        """The number that leads, of a point or a cell of the response; NaN where it is unknown."""
        blocks = self.findings.select(self.variable).blocks
        absent = dict.fromkeys({name for b in blocks for name in b.fixed})
        return self.findings.value(self.variable, **{**absent, **self.labels, "point": point})

    def ranked(self) -> list[Field]:
        """Fields whose part is known, what explains most first."""
        known = [field for field in self.fields if field["name"] in self.share]
        return sorted(known, key=lambda field: -self.share[field["name"]])

    def part(self, field: Field) -> str:
        """Its part of the variance: `53 %`."""
        share = self.share[field["name"]]
        return f"{share:.0f} %" if share >= 1 else "below 1 %"


def report(answer: Answer) -> Report:
    """The report of a sweep."""
    v = SweepView(answer)
    return Report(
        answer,
        kind="sweep",
        title=v.of["title"],
        lead=_lead(v),
        numbers=list(_numbers(v)),
        why=_why(v),
        understood=list(_understood(v)),
        picture=lambda: _response(v, v.of["surface"]),
        sections=lambda: list(_sections(v)),
        proof=[f"{v.size - v.empty:,} of {v.size:,} points have numbers: {_largest_gap(v)}."],
        screen=_every_number(v),
    )


# ---- the first screen --------------------------------------------------------------------------


def _lead(v: SweepView) -> str:
    low, middle, high = (v.written(v.at(end)) for end in LOW_TO_HIGH)
    where = []
    for what, values in zip(("lowest", "highest"), v.of["ends"], strict=True):
        told = [f"{v.field(f)} {v.value(f, values[f['name']])}" for f in v.fields]
        where.append(f"{what} with {joined(told)}")
    change = "changes by" if v.signed else "is"
    over = (
        f"Over {v.size:,} point{'s' * (v.size > 1)} that differ in {joined(map(v.field, v.fields))}"
    )
    if low == high:
        return f"{over}, {_inside(v.lead)} {change} the same, {low}, at every one."
    said = f"{_inside(v.lead)} {change} {low} to {high} (median {middle})"
    return f"{over}, {said}: {' and '.join(where)}."


def _inside(text: str) -> str:
    return text[:1].lower() + text[1:]


def _numbers(v: SweepView) -> Iterator[Number]:
    for end in LOW_TO_HIGH:
        yield Number(f"{v.lead}, {end}", v.written(v.at(end)))
    for field in v.ranked()[:1]:
        yield Number(f"Of its variance by {v.field(field)} alone", v.part(field))
    empty = f"{v.empty:,}" if v.empty else "none"
    yield Number("Points", f"{v.size:,}", note=f"{empty} without numbers")


def _why(v: SweepView) -> str:
    if not (ranked := v.ranked()):
        return ""
    parts = joined(f"{v.field(field)} {v.part(field)}" for field in ranked[:3])
    rest = "fields together" + ", or chance" * v.of["random"]
    left = f"; what is left to 100 % is {rest}" * (sum(v.share.values()) < NEARLY_ALL)
    return f"What it hangs on, as parts of the variance over the points: {parts}{left}."


def _understood(v: SweepView) -> Iterator[str]:
    drawn, about = v.of["random"], variables()[v.variable]
    how = "drawn at random" if drawn else "a grid, every value with every other"
    yield f"{v.size:,} points, {how}. {' '.join(_varies(v, field) for field in v.fields)}"
    if read := v.of["read_back"]:
        yield f"At the first point: {' '.join(read[:MOST_READ_BACK])}"
    yield DRAWN if drawn else NO_ODDS
    if v.names.economy is not None:
        sign = f" {words.sentence(about.sign)}." * bool(about.sign)
        base = v.names.economy
        yield f"Counted from the {words.baseline(base)} ({base.about.title}).{sign}"
    yield f"{about.head}: {about.meaning}."


def _varies(v: SweepView, field: Field) -> str:
    values = [v.value(field, x) for x in field["values"]]
    ways = {
        "from, to, steps": "{0} to {1} in {steps} values",
        "uniform": "anywhere from {0} to {1}, each as likely",
        "normal": "normal with mean {0} and standard deviation {1}",
        "choice": "{all}, each as likely",
    }
    said = ways.get(field["way"], "{all}")
    every = joined(values, MOST_VALUES_SAID)
    told = said.format(*values, steps=field["steps"], all=every)
    return f"{words.sentence(v.field(field))}: {told}."


def _largest_gap(v: SweepView) -> str:
    s = v.answer.solver
    if "tolerance" not in s:
        return "their question says how they are found"
    return f"in every equation a relative gap of at most {s['tolerance']:.0e}, the largest {s['residual']:.1e}"


# ---- the response ------------------------------------------------------------------------------


def _response(v: SweepView, fields: Sequence[Field], name: str = "response") -> Figure:
    """The number along one field, a line or bars, or over two, a line for each of few values or a heatmap."""
    across, *more = sorted(fields, key=lambda field: -len(field["labels"]))
    notes = [OVER_OTHERS] * (len(v.fields) > len(fields))
    notes += [GROUPS] * any(field["grouped"] for field in fields)
    title = f"{v.lead} by {' and '.join(map(v.field, (across, *more)))}"
    cells = []
    for row, (at, column) in product(_labels(more), enumerate(across["labels"])):
        of = dict(zip([field["name"] for field in (*more, across)], (*row, column), strict=True))
        value = v.at(cell_label([(field["name"], of[field["name"]]) for field in fields]))
        kind = ", ".join(
            f"{v.field(field)} {v.value(field, label)}"
            for field, label in zip(more, row, strict=True)
        )
        cells.append((at, kind, v.value(across, column), value))
    known = [cell for cell in cells if cell[3] == cell[3]]
    called = words.sentence(v.field(across))
    if across["numbers"] and (not more or _are_few(more[0])):
        rows = [
            {"x": across["numbers"][at], "value": value, "kind": kind or v.lead}
            for at, kind, _, value in known
        ]
        axes = f"{called}, {across['unit']}".rstrip(", "), v.axis
        return lines(name, title, rows, axes, notes, points=len(across["labels"]) <= MOST_DOTS)
    shown: Rows = [
        {"label": label, "row": kind, "column": label, "kind": "", "value": None}
        | {"text": "", "tip": f"{kind} {label}: unknown"}
        | (
            {"value": x, "text": words.number(x), "tip": f"{kind} {label}: {v.written(x)}"}
            if x == x
            else {}
        )
        for _, kind, label, x in cells
    ]
    if not more:
        colours = None if v.signed else {"": HUES[0]}
        rows = [row for row in shown if row["value"] is not None]
        return bars(name, title, rows, v.axis, notes, colours, heads=(called, "Kind"))
    columns = [v.value(across, label) for label in across["labels"]]
    down, said = v.field(more[0]), f"{v.field(more[0])} "
    shown = [{**row, "row": row["row"].removeprefix(said)} for row in shown]
    downward = list(dict.fromkeys(row["row"] for row in shown))
    heads = words.sentence(down), called
    notes = [f"Down: {down}. Across: {v.field(across)}.", *notes]
    return heatmap(
        name, title, shown, downward, columns, v.axis, notes, signed=v.signed, heads=heads
    )


def _labels(fields: Sequence[Field]) -> list[tuple[str, ...]]:
    return list(product(*(field["labels"] for field in fields)))


def _are_few(field: Field) -> bool:
    return len(field["labels"]) <= MOST_LINES and not field["grouped"]


# ---- below it ----------------------------------------------------------------------------------


def _sections(v: SweepView) -> Iterator[Section]:
    if ranked := v.ranked():
        rows = [
            {"label": words.sentence(v.field(field)), "value": v.share[field["name"]]}
            | {"kind": "part", "text": v.part(field), "tip": f"{v.field(field)}: {v.part(field)}"}
            for field in ranked
        ]
        title, axis = f"What {_inside(v.lead)} hangs on", head(v.answer, "sweep_sensitivity")
        heads, colours = ("Field", "Kind"), {"part": HUES[0]}
        drivers = bars("sensitivity", title, rows, axis, (), colours, whole=True, heads=heads)
        alone = [_response(v, [field], f"along-{at}") for at, field in enumerate(v.fields)]
        yield Section("sensitivity", "What it hangs on", [SHARES], [drivers, *alone])
    yield Section(
        "numbers", "Every number that was kept", [KEPT_TABLES[v.of["kept"]]], (), _every_number(v)
    )


def _every_number(v: SweepView) -> Table:
    rows = [
        {"number": v.number_of(b.variable, b.fixed), "unit": v.answer.unit(b.variable)}
        | dict(zip(LOW_TO_HIGH, b.value.tolist(), strict=True))
        for b in v.findings.blocks
        if b.axes and b.axes[0].get("point") == LOW_TO_HIGH
    ]
    return Table(rows, f"Over {v.size - v.empty:,} points with numbers.")
