"""The forms in which a browser has an answer: a page, and what can be downloaded."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic_core import to_json

from paxsilica.errors import InputError, nearest
from paxsilica.questions.brief import Brief
from paxsilica.questions.question import Answer
from paxsilica.questions.run import Run
from paxsilica.questions.sweep import Sweep
from paxsilica.report.charts.theme import Figure
from paxsilica.report.envelope import envelope, table_text
from paxsilica.report.html import FONT_FACES, environment
from paxsilica.report.pages import report_of
from paxsilica.report.render import drawing, renderer
from paxsilica.report.report import Report, page_context, write_report
from paxsilica.web.fields import link_of
from paxsilica.web.reading_report import for_browser

if TYPE_CHECKING:
    from jinja2 import Environment

LETTERED = f"><style>{FONT_FACES}</style>".encode()
"""The end of the first tag of an SVG that brings its font."""

BELOW = "The downloads below hold what was asked, every number and the pictures."
"""What stands beside a report in a browser."""

WEB_TEMPLATES = Path(__file__).parent / "templates"


@cache
def templates() -> Environment:
    """Of this door, and those of reports."""
    return environment(WEB_TEMPLATES)


def chart_html(figure: Figure) -> str:
    """Where a chart will be drawn, and its specification, which is data and no script."""
    spec = to_json(figure.spec).decode().replace("<", "\\u003c")
    return (
        f'<div class="chart" data-chart="{escape(figure.name)}" role="img" aria-label="{escape(figure.alt)}"></div>'
        f'<script type="application/json" class="spec">{spec}</script>'
    )


def _page(answer: Answer) -> dict[str, Any]:
    """Title and body of the page, as every report has them; its permalink; the charts by their names."""
    report = replace(report_of(answer), beside=BELOW)
    if isinstance(answer.question, Brief):
        report = for_browser(report, answer)
    body = templates().get_template("body.html.j2").render(page_context(report, chart_html))
    return {
        "title": report.title,
        "body": body,
        "link": link_of(answer.question),
        "charts": {
            figure.name: " ".join(figure.spec["title"]["text"]) for figure in report.drawn.figures
        },
    }


def _moving(answer: Answer) -> dict[str, Any]:
    """What moves while a slider moves: the sentence and the numbers."""
    report = report_of(answer)
    return {
        "beware": report.beware,
        "lead": report.lead,
        "numbers": [(n.head, n.value, n.band, n.note) for n in report.numbers],
        "why": report.why,
        "chart": "",
    }


def _glance(answer: Answer) -> dict[str, Any]:
    """The same with the first picture."""
    picture = report_of(answer).first_picture
    return {**_moving(answer), "chart": chart_html(picture) if picture else ""}


def _as_json(answer: Answer) -> bytes:
    summary = report_of(answer).sentences
    return json.dumps(envelope(answer, summary), ensure_ascii=False, allow_nan=False).encode()


def _csv(answer: Answer) -> bytes:
    return table_text(answer).encode()


def _parquet(answer: Answer) -> bytes:
    file = io.BytesIO()
    answer.findings.table().to_parquet(file, index=False)
    return file.getvalue()


def _yaml(answer: Answer) -> bytes:
    """The scenario or the sweep, where nothing but that was asked about; else the question with all of its fields."""
    asked = {"question": answer.question.kind(), "fields": dict(answer.question.written)}
    if isinstance(answer.question, Run | Sweep) and {*answer.question.written} == {"text"}:
        return str(answer.question.text).encode()
    return (json.dumps(asked, indent=2, ensure_ascii=False) + "\n").encode()


def _report_folder(report: Report, png: bool) -> Mapping[str, bytes]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "report"
        write_report(report, folder, png)
        return {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }


def _one_file(answer: Answer) -> bytes:
    return _report_folder(replace(report_of(answer), beside=""), False)["report.html"]


def _zip(answer: Answer) -> bytes:
    """Everything that `--out DIR --png` writes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in _report_folder(report_of(answer), True).items():
            packed.writestr(name, content)
    return file.getvalue()


def _single_chart(answer: Answer, form: str, name: str) -> bytes:
    """A chart as a file. Raises InputError where the answer has none of that name."""
    report = report_of(answer)
    known = [figure.name for figure in report.drawn.figures]
    if name not in known:
        raise InputError(f"no chart of this answer is called {name[:40]!r}{nearest(name, known)}")
    spec = report.drawn.figures[known.index(name)].spec
    with tempfile.TemporaryDirectory() as folder, renderer() as process:
        with drawing({name: spec}, Path(folder), process, form == "png"):
            pass
        drawn = (Path(folder) / f"{name}.{form}").read_bytes()
    return drawn if form == "png" else drawn.replace(b">", LETTERED, 1)


def form_of_answer(form: str, answer: Answer) -> Any:
    """An answer in one of `FORMS`, or a chart of it: `svg/<name>`, `png/<name>`. Raises InputError: no such chart."""
    kind, _, chart = form.partition("/")
    return _single_chart(answer, kind, chart) if chart else FORMS[form](answer)


FORMS: Mapping[str, Callable[[Answer], Any]] = {
    "page": _page,
    "point": _moving,
    "glance": _glance,
    "json": _as_json,
    "csv": _csv,
    "parquet": _parquet,
    "yaml": _yaml,
    "html": _one_file,
    "zip": _zip,
}
"""Name -> what makes it of an answer."""

MEDIA = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
    "yaml": "application/yaml",
    "html": "text/html; charset=utf-8",
    "zip": "application/zip",
}
"""Of what can be downloaded."""

PICTURES = {"svg": "image/svg+xml", "png": "image/png"}
"""Of a single chart."""
