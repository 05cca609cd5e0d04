"""The forms of an answer that the pages of the world and of a country show; made in the worker processes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import partial
from html import escape
from typing import Any
from urllib.parse import urlencode

from paxsilica.analysis.actors import world_of
from paxsilica.analysis.exposure import exposure
from paxsilica.findings import variables
from paxsilica.horizon import Horizon
from paxsilica.names import Names
from paxsilica.names.places import ROW
from paxsilica.questions.question import Answer, Question
from paxsilica.report import words
from paxsilica.web.fields import written_of
from paxsilica.web.forms_of_answer import FORMS

MOST_PARTNERS = 8
"""Of the largest partners, sectors and suppliers that are shown."""

FIRST_ORDER = ("terms_of_trade", "volume_of_trade", "technology", "transfers")
"""Why real income changes, to first order."""

MAP = re.compile(
    r'(data-chart="real-income-map"[^>]*></div><script type="application/json" class="spec">)(.*?)(</script>)',
    re.DOTALL,
)
TAG = re.compile(r"(<[^>]*>)")
UNLINKED = ("a", "button", "code", "script", "summary")
"""Elements whose words are no links."""

OPEN_PARTS = ("regions", "trade")
"""Sections of a run's report that the page of the world shows unfolded: winners and losers, flows before and after."""


USUAL_LAW = {"file": "policy:us-law@2026-02-06"}
"""What the world is shown under where nothing is asked: fields of a run."""

LONGEST_LAW = 2000
"""Letters of a law in the address of a country; a text that is longer stays behind."""


def law_in_address(run: Question) -> str:
    """`?file=policy:...` behind the address of a country's page; nothing for what is shown without it."""
    law = written_of(run)
    query = "" if law == USUAL_LAW else urlencode(sorted(law.items()))
    return f"?{query}" if query and len(query) <= LONGEST_LAW else ""


def world_form(answer: Answer) -> dict[str, Any]:
    """The report of a run; the countries of its map and of its texts lead to their pages."""
    page, e, law = FORMS["page"](answer), answer.names.table, law_in_address(answer.question)
    body = page["body"]
    for part in OPEN_PARTS:
        body = body.replace(f'class="part" id="{part}">', f'class="part" id="{part}" open>')
    of = {e.region_name(code): f"/country/{code}{law}" for code in e.regions}
    said = {row["region"]: row for row in answer.findings.select("real_income").rows()}
    ranked = sorted(e.regions, key=lambda code: said[code]["value"])
    told = [(code, e.region_name(code), *_change_written(said[code])) for code in ranked]
    rest = ROW if ROW in e.regions else ""
    body = MAP.sub(partial(_clickable, law=law, rest=rest), with_country_links(body, of))
    return {"title": page["title"], "body": body, "told": told, "law": law}


def _clickable(found: re.Match[str], law: str, rest: str) -> str:
    """The map with an address for every country: its own, or that of the rest of the world that it is inside."""
    spec = json.loads(found[2])
    code = f"(datum.properties.code || '{rest}')"
    address = f"{code} ? '/country/' + {code} + '{law}' : null"
    spec["transform"] = [{"calculate": address, "as": "address"}]
    spec["encoding"] |= {"href": {"field": "address"}, "tooltip": {"field": "properties.tip"}}
    for layer in spec["layer"]:
        layer["mark"] |= {"cursor": "pointer"}
    return found[1] + json.dumps(spec).replace("<", "\\u003c") + found[3]


def with_country_links(html: str, of: Mapping[str, str]) -> str:
    """HTML in whose texts every name is a link; names inside longer ones, attributes, links and buttons are left alone.

    Args:
        of: name -> address, plain text both.
    """
    known = {escape(name).replace("&#x27;", "&#39;"): escape(of[name]) for name in of}
    some = "|".join(map(re.escape, sorted(known, key=len, reverse=True)))
    name = re.compile(rf"(?<![\w-])(?:{some})(?![\w-])")
    inside, parts = list[str](), TAG.split(html)
    for at, part in enumerate(parts):
        if at % 2:
            tag = part.strip("</>").split(None, 1)[0]
            if tag in UNLINKED:
                inside = inside[:-1] if part.startswith("</") else [*inside, tag]
        elif not inside:
            parts[at] = name.sub(lambda m: f'<a href="{known[m[0]]}">{m[0]}</a>', part)
    return "".join(parts)


def exposures_form(answer: Answer) -> dict[str, Any]:
    """Of every region of the baseline what it sells and buys, and what the run does to it."""
    e, names, own = answer.names.table, answer.names, exposure(answer.names.table)
    world = world_of(e)
    sides = {
        "sells": ("region", "partner", "buyer_share"),
        "buys": ("partner", "region", "seller_share"),
    }
    found: dict[str, Any] = {}
    income = {row["region"]: row for row in answer.findings.select("real_income").rows()}
    for code in e.regions:
        told: dict[str, Any] = {"name": e.region_name(code), "say": _region_inside(names, code)}
        for way, (side, other, share) in sides.items():
            trade = own.along("trade", other, sector=None, **{side: code})
            whole = trade.pop(world)
            part = own.along(share, other, **{side: code})
            by_sector = own.along("trade", "sector", **{side: code, other: world})
            partners = [
                {
                    "code": its,
                    "name": e.region_name(its),
                    "say": _region_inside(names, its),
                    "size": words.money(trade[its] or 0.0),
                    "value": part[its],
                    "share": f"{words.number(part[its] or 0.0, 2)} %",
                }
                for its in _largest_labels(trade)
            ]
            told[way] = {
                "whole": words.money(whole or 0.0),
                "partners": partners,
                "named": next((one for one in partners if one["code"] != ROW), None),
                "sectors": [
                    (e.sector_name(its), words.money(by_sector[its] or 0.0))
                    for its in _largest_labels(by_sector)
                ],
            }
        told["income"] = _change_written(income[code])
        terms = {key: answer.findings.value(key, region=code) for key in FIRST_ORDER}
        told["why"] = [
            (variables()[key].head, words.percent(value))
            for key, value in terms.items()
            if words.number(value) != "0"
        ]
        found[code] = told
    scenario, about = answer.attachments["scenario"], e.about
    when = Horizon.parse(scenario["assumptions"]["horizon"]).when
    law = {"law_title": scenario["title"], "when": when}
    return {"regions": found, "year": about.year, "baseline": about.title, **law}


def _largest_labels(of: Mapping[str, float | None]) -> list[str]:
    some = {label: value for label, value in of.items() if value}
    return sorted(some, key=lambda label: -(some[label] or 0.0))[:MOST_PARTNERS]


def threats_form(answer: Answer) -> list[dict[str, Any]]:
    """Who hurts the first region of a matrix, worst first: what a cut costs it, and what it costs who cuts."""
    target = answer.names.regions(answer.question.model_dump()["regions"], "regions")[0]
    found = []
    rows = answer.findings.select("real_income", region=target, item=("targets", "senders")).rows()
    by_sender: dict[str, dict[str, Any]] = {}
    for row in rows:
        by_sender.setdefault(row["partner"], {})[row["item"]] = row
    for code, both in by_sender.items():
        if both["targets"]["value"] is not None:
            cells = {item: _change_written(both[item]) for item in both}
            name = answer.names.name(code)
            say = _region_inside(answer.names, code)
            value = both["targets"]["value"]
            found.append({"code": code, "name": name, "say": say, "value": value, **cells})
    return sorted(found, key=lambda one: one["value"])


def _change_written(row: Mapping[str, Any]) -> tuple[str, str]:
    """A change and its band, as written."""
    if row["value"] is None:
        return "not solved", ""
    ends = words.ends_of(row)
    sure = "" if words.same_sign(row["value"], ends) else ", sign not known"
    return words.percent(row["value"]), words.percent_range(ends) + sure * bool(ends)


def _region_inside(names: Names, code: str) -> str:
    """A region as it stands inside a sentence; the rest of the world is no name."""
    return "the rest of the world" if code == ROW else names.say_region(code)


WORLD_FORMS: Mapping[str, Callable[[Answer], Any]] = {
    "world": world_form,
    "exposures": exposures_form,
    "threats": threats_form,
}
"""Name -> what makes it of an answer."""
