"""The page of `pax sweep`: how far a number moves over the points, what that hangs on, and where it is least and most."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from paxsilica.analysis.sweep.summary import LEAST_TO_MOST, MOST_LINES, cell_label
from paxsilica.data.elasticities import paper
from paxsilica.findings import variables
from paxsilica.names import joined
from paxsilica.questions.question import Answer
from paxsilica.report import words
from paxsilica.report.charts.bars import bars
from paxsilica.report.charts.heatmap import heatmap
from paxsilica.report.charts.lines import lines
from paxsilica.report.charts.theme import HUES, Figure
from paxsilica.report.report import Number, Report, Row, Section, Table, head

MOST_VALUES_SAID, MOST_READ_BACK = 5, 3
"""Values of a field, and lines of the first point's scenario, on the first screen."""

NO_ODDS = (
    "The points of a grid are what was asked and not what is likely: least, median and most say what the design spans, "
    "and no probability."
)
DRAWN = (
    "Points are drawn (a scrambled Sobol sequence) as likely as the design says, which is an assumption of its author: "
    "least and most are of the points drawn, and others may lie beyond."
)
SHARES = (
    "The part of the variance over the points that the mean given one field alone explains (first-order Sobol index). "
    "What is left to 100 % is fields together, or chance where points are drawn."
)
NEARLY_ALL = 99.5
"""Per cent of the variance that fields alone explain, from which on nothing is left to tell."""

MOST_DOTS = 60
"""Points of a line that are marked."""

OVER_OTHERS = "Means over the other fields."
GROUPS = "Many values stand in groups of as many, each at its mean."


class SweepView:
    """An answer, and how its number and its fields are told."""

    def __init__(self, answer: Answer) -> None:
        self.answer, self.findings, self.names = answer, answer.findings, answer.names
        self.of: Mapping[str, Any] = answer.attachments
        self.axes, self.levels, self.surface = (self.of[k] for k in ("axes", "levels", "surface"))
        lead = self.of.get("lead", {"variable": "", "of": {}})
        self.variable, self.labels = lead["variable"], lead["of"]
        self.size = int(self.findings.value("sweep_points"))
        self.empty = int(
            self.findings.value("sweep_unsolved") + self.findings.value("sweep_refused")
        )

    @property
    def signed(self) -> bool:
        """Whether the number is a change, so that its sign has a meaning."""
        return bool(self.variable and variables()[self.variable].sign)

    def written(self, key: str, value: float | None) -> str:
        """A number of a variable with its unit."""
        if value is None:
            return "unknown"
        unit, sign = self.answer.unit(key), bool(variables()[key].sign)
        if unit.startswith("million "):
            text = (words.signed_money if sign else words.money)(value)
            return text + " a year" * unit.endswith(" a year")
        number = words.signed(value) if sign else words.number(value)
        return f"{number} {unit.split(' of ')[0]}".strip()

    def field(self, axis: Mapping[str, Any]) -> str:
        """A field as a reader is told of it: its own name, or what its path says."""
        if axis["name"] != axis["field"]:
            return str(axis["name"]).replace("_", " ")
        top, _, rest = str(axis["field"]).partition(".")
        owner, _, key = rest.rpartition(".")
        said = f"{key} of {owner}" if owner else rest or top
        return said.replace("_", " ")

    def value(self, axis: Mapping[str, Any], text: object) -> str:
        """A value of a field in words: `25 %`, `long run`."""
        written = str(text)
        if axis["field"].endswith("elasticities"):
            return paper(written)
        return written.replace("_", " ").replace("%", " %").replace("  ", " ")

    def number_of(self, key: str, labels: Mapping[str, str]) -> str:
        """What a number is of: `Real income of India`."""
        said = variables()[key].head
        region, partner, sector = (labels.get(name, "") for name in ("region", "partner", "sector"))
        if region:
            said += f" of {self._place(region)}"
        if partner:
            said += f", with {self._place(partner)}"
        if sector:
            known = self.names.economy and sector in self.names.table.sectors
            said += f", {self.names.say_sector(sector) if known else sector}"
        others = [x for name, x in labels.items() if name not in ("region", "partner", "sector")]
        return ", ".join([said, *(x.replace("_", " ") for x in others)])

    def _place(self, label: str) -> str:
        return self.names.say_region(label) if self.names.name(label) != label else label

    @property
    def lead(self) -> str:
        return self.number_of(self.variable, self.labels)

    @property
    def axis_title(self) -> str:
        return f"{self.lead}, {self.answer.unit(self.variable)}".rstrip(", ")

    def end(self, which: str) -> float:
        return self.findings.value(
            self.variable, point=which, **self.exactly(self.variable, self.labels)
        )

    def exactly(self, key: str, labels: Mapping[str, str]) -> dict[str, str | None]:
        """Labels that pick this number alone: dimensions that it does not have are absent."""
        held = {name for b in self.findings.select(key).blocks for name in (*b.fixed, *b.axes[0])}
        absent: dict[str, str | None] = dict.fromkeys(held - {"point"})
        return absent | dict(labels)

    def cell(self, parts: Sequence[tuple[str, str]]) -> float | None:
        """The mean of the points with these values."""
        of = self.exactly(self.variable, self.labels)
        found = self.findings.row(self.variable, point=cell_label(parts), **of)["value"]
        return None if found is None else float(found)

    def share(self, axis: Mapping[str, Any]) -> float:
        return self.findings.value("sweep_sensitivity", item=axis["name"])

    @property
    def ranked(self) -> list[Mapping[str, Any]]:
        """Fields, what explains most first; those whose part is known."""
        if len(self.levels) < 2:
            return []
        known = [axis for axis in self.levels if self.share(axis) == self.share(axis)]
        return sorted(known, key=lambda axis: -self.share(axis))


def report(answer: Answer) -> Report:
    """The report of a sweep."""
    v = SweepView(answer)
    known = bool(v.variable)
    return Report(
        answer,
        kind="sweep",
        title=v.of["title"],
        lead=_lead(v) if known else f"None of the {v.size:,} points has a number.",
        numbers=list(_numbers(v)),
        why=_why(v) if known else "",
        understood=list(_understood(v)),
        picture=lambda: _response_picture(v) if known else None,
        sections=lambda: list(_sections(v)) if known else [],
        proof=_solved_points(v),
        screen=_every_number(v) if known else None,
    )


# ---- the first screen --------------------------------------------------------------------------


def _lead(v: SweepView) -> str:
    low, middle, high = (v.written(v.variable, v.end(end)) for end in LEAST_TO_MOST)
    fields = joined([v.field(axis) for axis in v.axes], 4)
    where = " and ".join(
        f"{what} with {_point_in_words(v, values)}"
        for what, values in zip(("least", "most"), v.of["ends"], strict=True)
    )
    change = "changes by" if v.signed else "is"
    over = f"Over {v.size:,} point{'s' * (v.size > 1)} that differ in {fields}"
    return f"{over}, {_inside(v.lead)} {change} {low} to {high} (median {middle}): {where}."


def _inside(text: str) -> str:
    return text[:1].lower() + text[1:]


def _point_in_words(v: SweepView, values: Mapping[str, str]) -> str:
    told = [
        f"{v.field(axis)} {v.value(axis, _fewer_digits(values[axis['name']]))}" for axis in v.axes
    ]
    return joined(told, 4)


def _fewer_digits(text: str) -> str:
    """A value without digits nobody asked for: `25.1234567891%` is `25.1%`."""
    digits = text.lstrip("+-").split("%")[0]
    if len(digits) > 6 and digits.replace(".", "", 1).isdecimal():
        return f"{float(text.rstrip('%')):.4g}" + "%" * text.endswith("%")
    return text


def _numbers(v: SweepView) -> Iterator[Number]:
    if v.variable:
        for end in LEAST_TO_MOST:
            yield Number(f"{v.lead}, {end}", v.written(v.variable, v.end(end)))
        for axis in v.ranked[:1]:
            share = _part_of_variance(v.share(axis))
            yield Number(f"Of its variance by {v.field(axis)} alone", share)
    told = "none without numbers" if not v.empty else f"{v.empty:,} without numbers"
    yield Number("Points", f"{v.size:,}", note=told)


def _why(v: SweepView) -> str:
    if not v.ranked:
        return ""
    parts = [f"{v.field(axis)} {_part_of_variance(v.share(axis))}" for axis in v.ranked[:3]]
    rest = "fields together, or chance" if v.of["random"] else "fields together"
    left = f"; what is left to 100 % is {rest}" * (sum(map(v.share, v.ranked)) < NEARLY_ALL)
    return f"What it hangs on, as parts of the variance over the points: {joined(parts, 3)}{left}."


def _part_of_variance(share: float) -> str:
    """A part of the variance: `53 %`, `below 1 %`."""
    return f"{share:.0f} %" if share >= 1 else "below 1 %"


def _understood(v: SweepView) -> Iterator[str]:
    how = "drawn at random" if v.of["random"] else "a grid, every value with every other"
    yield f"{v.size:,} points, {how}. {' '.join(_varies(v, axis) for axis in v.axes)}"
    if read := v.of["read_back"]:
        yield f"At the first point: {' '.join(read[:MOST_READ_BACK])}"
    yield DRAWN if v.of["random"] else NO_ODDS
    about = v.answer.about
    sign = variables()[v.variable].sign if v.variable else ""
    if about.year or sign:
        year = (
            f"Counted from the {words.baseline(v.names.table)} ({about.title})."
            if v.names.economy
            else ""
        )
        yield " ".join(filter(None, [year, words.sentence(sign) + "." * bool(sign)]))
    if v.variable:
        yield f"{variables()[v.variable].head}: {variables()[v.variable].meaning}."


def _varies(v: SweepView, axis: Mapping[str, Any]) -> str:
    values = [
        v.value(axis, x if isinstance(x, str) else ", ".join(map(str, x))) for x in axis["values"]
    ]
    name, way = words.sentence(v.field(axis)), axis["way"]
    if way == "from, to, steps":
        return f"{name}: {values[0]} to {values[1]} in {axis['steps']} values."
    if way == "uniform":
        return f"{name}: anywhere from {values[0]} to {values[1]}, each as likely."
    if way == "normal":
        return f"{name}: normal with mean {values[0]} and standard deviation {values[1]}."
    return f"{name}: {joined(values, MOST_VALUES_SAID)}{', each as likely' * (way == 'choice')}."


def _response_picture(v: SweepView) -> Figure:
    if len(v.surface) < 2:
        return _response(v, v.surface[0], "response")
    across, down = sorted(v.surface, key=lambda axis: -len(axis["labels"]))
    if across["numbers"] and len(down["labels"]) <= MOST_LINES and not down["grouped"]:
        return _a_line_each(v, across, down)
    cells = []
    for i, row in enumerate(down["labels"]):
        for j, column in enumerate(across["labels"]):
            parts = {down["name"]: down["labels"][i], across["name"]: across["labels"][j]}
            value = v.cell([(axis["name"], parts[axis["name"]]) for axis in v.surface])
            names = v.value(down, row), v.value(across, column)
            text = "" if value is None else words.number(value)
            told = f"{v.field(down)} {names[0]}, {v.field(across)} {names[1]}: {v.written(v.variable, value)}"
            cells.append(
                {"row": names[0], "column": names[1], "value": value, "text": text, "tip": told}
            )
    heads = words.sentence(v.field(down)), words.sentence(v.field(across))
    notes = [f"Down: {v.field(down)}. Across: {v.field(across)}."]
    notes += [OVER_OTHERS] * (len(v.axes) > 2)
    if any(axis["grouped"] for axis in v.surface):
        notes.append(GROUPS)
    return heatmap(
        "response",
        f"{v.lead} by {v.field(down)} and {v.field(across)}",
        cells,
        [v.value(down, label) for label in down["labels"]],
        [v.value(across, label) for label in across["labels"]],
        v.axis_title,
        notes,
        signed=v.signed,
        heads=heads,
    )


def _a_line_each(v: SweepView, across: Mapping[str, Any], down: Mapping[str, Any]) -> Figure:
    """The number along one field, a line for each value of another."""
    points = []
    for label in down["labels"]:
        for place, x in zip(across["labels"], across["numbers"], strict=True):
            parts = {down["name"]: label, across["name"]: place}
            value = v.cell([(axis["name"], parts[axis["name"]]) for axis in v.surface])
            if value is not None:
                kind = f"{v.field(down)} {v.value(down, label)}"
                points.append({"x": x, "value": value, "kind": kind})
    title = f"{v.lead} by {v.field(across)} and {v.field(down)}"
    notes = [OVER_OTHERS] * (len(v.axes) > 2) + [GROUPS] * across["grouped"]
    axes = (_with_unit(v, across), v.axis_title)
    return lines("response", title, points, axes, notes, points=len(across["labels"]) <= MOST_DOTS)


def _with_unit(v: SweepView, axis: Mapping[str, Any]) -> str:
    """The title of an axis of values of a field."""
    name = words.sentence(v.field(axis))
    return f"{name}, {axis['unit']}" if axis["unit"] else name


def _response(v: SweepView, axis: Mapping[str, Any], name: str) -> Figure:
    """The number along one field: a line where it is one of numbers, else bars."""
    values = [v.cell([(axis["name"], label)]) for label in axis["labels"]]
    field_ = words.sentence(v.field(axis))
    title = f"{v.lead} by {v.field(axis)}"
    notes = [OVER_OTHERS] * (len(v.axes) > 1)
    if axis["grouped"]:
        notes.append(GROUPS)
    if axis["numbers"] is None:
        rows = [
            {"label": (said := v.value(axis, label)), "value": value}
            | {
                "text": v.written(v.variable, value),
                "tip": f"{said}: {v.written(v.variable, value)}",
            }
            for label, value in zip(axis["labels"], values, strict=True)
            if value is not None
        ]
        colours = None if v.signed else {"": HUES[0]}
        if colours:
            rows = [{**row, "kind": ""} for row in rows]
        return bars(name, title, rows, v.axis_title, notes, colours, heads=(field_, "Kind"))
    points = [
        {"x": x, "value": value, "kind": v.lead}
        for x, value in zip(axis["numbers"], values, strict=True)
        if value is not None
    ]
    marked = len(points) <= MOST_DOTS
    return lines(name, title, points, (_with_unit(v, axis), v.axis_title), notes, points=marked)


# ---- below it ----------------------------------------------------------------------------------


def _sections(v: SweepView) -> Iterator[Section]:
    if v.ranked:
        rows = [
            {
                "label": (said := words.sentence(v.field(axis))),
                "value": v.share(axis),
                "kind": "part",
            }
            | {"text": (size := _part_of_variance(v.share(axis))), "tip": f"{said}: {size}"}
            for axis in v.ranked
        ]
        title = f"What {_inside(v.lead)} hangs on"
        drivers = bars(
            "sensitivity",
            title,
            rows,
            head(v.answer, "sweep_sensitivity"),
            (),
            {"part": HUES[0]},
            whole=True,
            heads=("Field", "Kind"),
        )
        alone = [_response(v, axis, f"along-{at}") for at, axis in enumerate(v.levels)]
        yield Section("sensitivity", "What it hangs on", [SHARES], [drivers, *alone])
    yield Section("numbers", "Every number that was kept", (), (), _every_number(v))
    told = (
        "The numbers of every point stand in the folder chunks, one Parquet file for each chunk of points, which DuckDB "
        "and pandas read together; the file sweep.json beside it says whose they are."
    )
    yield Section("tables", "All points", [told], (), _design_table(v))


def _every_number(v: SweepView) -> Table:
    rows: list[Row] = []
    for b in v.findings.blocks:
        if b.axes and tuple(b.axes[0].get("point", ())) == LEAST_TO_MOST:
            least, median, most = (float(x) for x in b.value)
            rows.append(
                {
                    "number": v.number_of(b.variable, b.fixed),
                    "unit": v.answer.unit(b.variable),
                    "least": least,
                    "median": median,
                    "most": most,
                }
            )
    return Table(rows, f"Over {v.size - v.empty:,} points with numbers.")


def _design_table(v: SweepView) -> Table:
    return Table(
        [
            {"field": words.sentence(v.field(a)), "values": _varies(v, a).split(": ", 1)[1]}
            for a in v.axes
        ]
    )


def _solved_points(v: SweepView) -> list[str]:
    s = v.answer.solver
    if "tolerance" not in s:
        return [f"{v.size - v.empty:,} of {v.size:,} points have numbers."]
    return [
        f"{v.size - v.empty:,} of {v.size:,} points have numbers; each was found to a relative gap of at most "
        f"{s['tolerance']:.0e} in every equation, the largest {s['residual']:.1e}."
    ]
