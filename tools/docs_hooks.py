"""MkDocs hooks: formulas become MathML while the pages are built, and what the code knows comes from the code.

A block formula stands in a fence named `math`, an inline one between dollar signs. No page needs JavaScript for it.
"""

from __future__ import annotations

import html
import re
from typing import Any

from latex2mathml.converter import convert

import rooms  # beside this file

GENERATED = {
    "<!-- kinds-table -->": lambda: _table(_kinds()),
    "<!-- measures-table -->": lambda: _table(_measures()),
    "<!-- variables-table -->": lambda: _table(_variables()),
    "<!-- questions-table -->": lambda: _table(_questions()),
    "<!-- us-law-table -->": lambda: _table(_us_law()),
    "<!-- rooms -->": lambda: _rooms(),
}
"""By its mark in a page what is written in its place."""

FORMULA = re.compile(
    r'<(?P<tag>span|div) class="arithmatex">\\[(\[](?P<tex>.*?)\\[)\]]</(?P=tag)>', re.DOTALL
)


def on_config(config: Any) -> Any:
    """Add the fence; it leaves the same marks as pymdownx.arithmatex does for inline formulas."""
    fence = {"name": "math", "class": "arithmatex", "format": _fence}
    config.mdx_configs.setdefault("pymdownx.superfences", {})["custom_fences"] = [fence]
    return config


def on_page_markdown(markdown: str, **_: Any) -> str:
    for mark, write in GENERATED.items():
        if mark in markdown:
            markdown = markdown.replace(mark, write())
    return markdown


def on_page_content(content: str, **_: Any) -> str:
    return FORMULA.sub(_mathml, content)


def _fence(source: str, *_: Any, **__: Any) -> str:
    return f'<div class="arithmatex">\\[{html.escape(source.strip())}\\]</div>'


def _mathml(match: re.Match[str]) -> str:
    display = "block" if match["tag"] == "div" else "inline"
    tex = (
        html.unescape(match["tex"]).strip().replace("{aligned}", "{align*}")
    )  # the converter knows only the latter
    return str(convert(tex, display=display))


def _kinds() -> list[dict[str, Any]]:
    from paxsilica.policy import kinds_table

    code = ("kind", "example")
    return [{k: f"`{v}`" if k in code else v for k, v in row.items()} for row in kinds_table()]


def _measures() -> list[dict[str, Any]]:
    from paxsilica.policy import measure_table

    return measure_table()


def _variables() -> list[dict[str, Any]]:
    from paxsilica.findings import variables

    return [
        {
            "variable": f"`{one.key}`",
            "head": one.head,
            "unit": one.unit.format(currency="currency", year=" of the year"),
            "sign": one.sign,
            "meaning": one.meaning,
            "source": one.source,
        }
        for one in variables().values()
    ]


def _questions() -> list[dict[str, Any]]:
    from paxsilica.questions.registry import QUESTIONS

    return [{"command": f"`pax {name}`", "asks": text} for name, text in QUESTIONS.items()]


def _us_law() -> list[dict[str, Any]]:
    from paxsilica.policy.law import all_entries

    def gaps(one: Any) -> str:
        missing = [f"missing: {one.missing}"] if one.missing else []
        return "; ".join([*one.leaves_out, *missing, *([] if one.checked else ["not checked"])])

    return [
        {
            "in force": f"{one.from_} until {one.until}" if one.until else f"from {one.from_}",
            "what": one.title,
            "by": f"{one.authority}: {f'[{one.reference}]({one.url})' if one.url else one.reference}",
            "what it leaves out": gaps(one),
        }
        for one in all_entries()
    ]


def _rooms() -> str:
    return f'<div class="rooms">{rooms.picture()}</div>'


def _table(rows: list[dict[str, Any]]) -> str:
    lines = [list(rows[0]), ["---"] * len(rows[0]), *(map(str, row.values()) for row in rows)]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines
    )
