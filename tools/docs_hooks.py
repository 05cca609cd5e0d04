"""MkDocs hooks: formulas become MathML while the pages are built, and what the code knows comes from the code.

A block formula stands in a fence named `math`, an inline one between dollar signs. No page needs JavaScript for it.
"""

from __future__ import annotations

import csv
import html
import re
from typing import Any

from latex2mathml.converter import convert

import rooms  # beside this file

GENERATED = {
    "<!-- kinds-table -->": lambda: _table(_kinds()),
    "<!-- measures-table -->": lambda: _table(_measures()),
    "<!-- carbon-charges -->": lambda: _table(_carbon_charges()),
    "<!-- variables-table -->": lambda: _table(_variables()),
    "<!-- questions-table -->": lambda: _table(_questions()),
    "<!-- us-law-table -->": lambda: _table(_us_law()),
    "<!-- rooms -->": lambda: _rooms(),
}
"""By its mark in a page what is written in its place."""

POLICY = re.compile(r"<!-- policy (?P<name>[a-z-]+) -->")
"""Where an entry of the shelf says its dates, sources, gaps and what it does."""

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
    return POLICY.sub(lambda match: _policy(match["name"]), markdown)


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


def _carbon_charges() -> list[dict[str, Any]]:
    """EUR a tonne in 2026 and 2034 at 75 EUR for a tonne of CO2: the mean of the codes of each good."""
    from paxsilica.names.places import places
    from paxsilica.policy.measures.carbon import CHARGED, FREE, OTHER, ChargeTerms, defaults

    named = {place.code: place.name for place in places()} | {OTHER: "other countries"}
    terms = [ChargeTerms(75.0, 0.0, year, FREE[year], ()) for year in ("2026", "2034")]

    def mean(origin: str, goods: str, of: Any) -> str:
        charges = [of.charge(one) for one in defaults(origin).values() if one.goods == goods]
        return f"{sum(charges) / len(charges):.0f}"

    origins = ("CHN", "IND", "TUR", "UKR", "RUS", "GBR", "USA", "KOR", "BRA", "EGY", OTHER)
    return [
        {"origin": named[origin]}
        | {goods: " → ".join(mean(origin, goods, of) for of in terms) for goods in CHARGED}
        for origin in origins
    ]


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


def _policy(name: str) -> str:
    from paxsilica.policy.catalogue import described

    one = described(name)
    parts = [
        {
            "in force": f"{part.first} until {part.last}" if part.last else f"from {part.first}",
            "what": part.id,
            "note": part.what if part.what != part.id else "",
            "source": part.source,
        }
        for part in one.parts
    ]
    gaps = "".join(f"\n- {text}" for text in one.leaves_out)
    sources = "".join(f"\n- {text}" for text in one.sources)
    return "\n\n".join(
        [
            one.known,
            _table(parts),
            _table(_effects(name)),
            f"It leaves out:\n{gaps}",
            f"Sources:\n{sources}",
        ]
    )


def _effects(name: str) -> list[dict[str, Any]]:
    """Whose real income falls and rises most on each day of change, as the results beside an entry have it."""
    from paxsilica.names.places import country_names
    from paxsilica.policy.library import ENTRY_FOLDER

    with (ENTRY_FOLDER / f"{name}.out.csv").open(encoding="utf-8") as file:
        rows = [(day, float(change), region) for day, region, change in list(csv.reader(file))[1:]]

    def said(change: float, region: str) -> str:
        sign = "−" if change < 0 else "+"
        return f"{country_names().get(region, region)} {sign}{abs(change):.2g} %"

    found = []
    for day in sorted({day for day, *_ in rows}):
        ranked = sorted(of for at, *of in rows if at == day)
        found.append({"day": day, "loses most": said(*ranked[0]), "gains most": said(*ranked[-1])})
    return found


def _rooms() -> str:
    return f'<div class="rooms">{rooms.picture()}</div>'


def _table(rows: list[dict[str, Any]]) -> str:
    lines = [list(rows[0]), ["---"] * len(rows[0]), *(map(str, row.values()) for row in rows)]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines
    )
