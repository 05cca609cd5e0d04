"""The forms in which a browser has an answer: a page, and what can be downloaded."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic_core import to_json

from paxsilica.questions.question import Answer
from paxsilica.report.charts.theme import Figure
from paxsilica.report.envelope import envelope, table_text
from paxsilica.report.html import environment
from paxsilica.report.pages import report_of
from paxsilica.report.report import page_context, write_report

if TYPE_CHECKING:
    from jinja2 import Environment

WEB_TEMPLATES = Path(__file__).parent / "templates"


@cache
def templates() -> Environment:
    """Of this door, and those of reports."""
    return environment(WEB_TEMPLATES)


def _chart(figure: Figure) -> str:
    """Where a chart will be drawn, and its specification, which is data and no script."""
    spec = to_json(figure.spec).decode().replace("<", "\\u003c")
    return (
        f'<div class="chart" data-chart="{escape(figure.name)}" role="img" aria-label="{escape(figure.alt)}"></div>'
        f'<script type="application/json" class="spec">{spec}</script>'
    )


def _page(answer: Answer) -> dict[str, str]:
    """Title and body of the page, as every report has them."""
    report = report_of(answer)
    body = templates().get_template("body.html.j2").render(page_context(report, _chart))
    return {"title": report.title, "body": body}


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
    return {**_moving(answer), "chart": _chart(picture) if picture else ""}


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
    """The scenario as it was asked, or the question."""
    texts = [entry["text"] for entry in answer.inputs.values() if "text" in entry]
    if texts:
        return "---\n".join(texts).encode()
    asked = {"question": answer.question.kind(), "fields": answer.question.written}
    return (json.dumps(asked, indent=2, ensure_ascii=False) + "\n").encode()


def _report_folder(answer: Answer, png: bool) -> Mapping[str, bytes]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "report"
        write_report(report_of(answer), folder, png)
        return {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }


def _one_file(answer: Answer) -> bytes:
    return _report_folder(answer, False)["report.html"]


def _zip(answer: Answer) -> bytes:
    """Everything that `--out DIR --png` writes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in _report_folder(answer, True).items():
            packed.writestr(name, content)
    return file.getvalue()


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
