"""A measure of the record as entries of a scenario file: its kind there, sides, goods, level, days, and what it lacks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import get_args

from paxsilica.brief.frames.gate import DRAFTED, EVERY_COUNTRY, NOBODY_HIT, RATED, TRADE_REMEDIES
from paxsilica.brief.record import Measure, Quantity
from paxsilica.errors import ScenarioError
from paxsilica.names import joined
from paxsilica.names.places import packaged_groups
from paxsilica.names.sectors import packaged_sectors
from paxsilica.policy import KINDS
from paxsilica.policy.load import scenario_of
from paxsilica.policy.reader import Parsed, Tree
from paxsilica.policy.values import Amount

KIND_OF = {
    **DRAFTED,
    "Export licensing requirement": "export_control",
    "Import quota": "tariff_quota",
    "Export quota": "export_ban",
    "Price cap": "price_cap",
    "Export tax": "export_tax",
    "Trade ban": "embargo",
}
"""By type of a measure the kind of its draft; a duty in money for each unit is a `specific_duty`."""

BUYER_ACTS, SELLER_ACTS = ("importer", "exporter"), ("exporter", "importer")
FLOW_SIDES = {
    **dict.fromkeys(
        ("tariff", "specific_duty", "tariff_quota", "price_cap", "import_ban"), BUYER_ACTS
    ),
    **dict.fromkeys(("export_tax", "export_control", "export_ban"), SELLER_ACTS),
    "embargo": ("by", "target"),
}
"""By kind the fields of who acts and of who is hit."""

OPEN = "..."
"""Stands where a person must write a level; no scenario file is read with it."""

IN_ITS_PLACE = {("export_control", "share"): "licence_cost"}
"""By kind and field another one that may stand instead."""

UNIT_NAMES = {
    **{name: name for name in ("kg", "MWh", "GWh", "TWh", "unit")},
    **{"kilogram": "kg", "tonne": "t", "ton": "t", "barrel": "bbl", "litre": "l", "liter": "l"},
    **{"hectolitre": "hl", "hectoliter": "hl"},
    **dict.fromkeys(("vehicle", "car", "item", "head", "piece"), "unit"),
}
"""Units of the record, as a scenario file spells them. A ton is taken as a tonne."""

MONEY = re.compile(r"(?P<currency>[A-Z]{3})(?: a (?P<unit>\w+))?")
BY_UNIT_NEED = "a duty per unit of quantity is not drafted"


def draft_kind(m: Measure) -> str:
    """The kind of a measure's draft; nothing where there is none."""
    by_unit = m.type in RATED and m.amount is not None and m.rate is None
    return "specific_duty" if by_unit else KIND_OF.get(m.type, "")


def start_of(m: Measure, day: date | None) -> date | None:
    """The first day in force: that of the text where it says none, and none where it counts from another event."""
    return m.starts or (None if m.anchor else day)


def with_needs(m: Measure, day: date | None) -> Measure:
    """The same with the fields that a person must write, or what a scenario file refuses of it, among its needs.

    Args:
        day: of the text.
    """
    kind = draft_kind(m)
    if not kind:
        return m
    answered = [f"{m.type} is not drafted", BY_UNIT_NEED]
    answered += [NOBODY_HIT] * (kind == "export_tax")
    needs = tuple(need for need in m.needs if need not in answered)
    if not (needs or m.lacks):
        needs = tuple(_wanting(m, kind, day))
    return m.model_copy(update={"needs": needs})


def _wanting(m: Measure, kind: str, day: date | None) -> Iterator[str]:
    rows = [*scenario_rows(m, day)]
    line = ", ".join(map(flow_style, rows))
    wanted = dict.fromkeys(field for row in rows for field, value in row.items() if value == OPEN)
    if wanted:
        yield f"write {joined([_asked_for(kind, field) for field in wanted])} for {OPEN} in {line}"
    elif kind == "tariff_quota" and len(rows) > 1:
        yield f"write one measure, by product or by sector, since both share the quota: {line}"
    else:
        try:
            scenario_of(_as_document(rows))
        except ScenarioError as error:
            yield str(error).splitlines()[0].partition(": ")[2]


def _asked_for(kind: str, field: str) -> str:
    """A field with what it means: `` `share` (what is refused, %) or `licence_cost` (what a licence costs, %)``."""
    about = KINDS[kind].model.model_fields[field]
    extra = about.json_schema_extra
    choices = [word for word in get_args(about.annotation) if isinstance(word, str)]
    unit = str(extra["unit"]) if isinstance(extra, dict) else "text"
    takes = " or ".join(choices) if choices else unit.replace("text", "")
    other = IN_ITS_PLACE.get((kind, field))
    more = f" or {_asked_for(kind, other)}" if other else ""
    return f"`{field}` ({about.description}{f'; {takes}' if takes else ''}){more}"


def _as_document(rows: Sequence[Mapping[str, str]]) -> Parsed:
    """A scenario file of some rows and nothing else, as it is when it has been read; a line for each."""
    measures: list[Tree] = [
        {field: _read_flow(value) for field, value in row.items()} for row in rows
    ]
    tree: dict[str, Tree] = {
        "schema": "paxsilica/scenario@1",
        "title": "draft",
        "measures": measures,
    }
    return Parsed("scenario", tree, {("measures", n): n + 1 for n in range(len(rows))})


def _read_flow(value: str) -> Tree:
    """What a value of a row is once it has been read: a list where it stands in brackets."""
    return [*value[1:-1].split(", ")] if value.startswith("[") else value


def flow_style(row: Mapping[str, str]) -> str:
    """A row as a line of YAML."""
    return f"{{{', '.join(f'{field}: {value}' for field, value in row.items())}}}"


def scenario_rows(m: Measure, day: date | None, id: str = "from-text") -> Iterator[dict[str, str]]:
    """The entries of a measure, field by field as a file has them: one for its codes, one for its sectors, and those of
    what is left out at a rate of its own. `day` is that of the text."""
    kind, own = draft_kind(m), 0
    for part in _with_own_rates(m):
        for named in _goods_of(part):
            number = f"-{own + 1}" if own else ""
            own += 1
            yield {
                "id": f"{id}{number}",
                "kind": kind,
                **_sides_of(part, kind),
                **named,
                **_except(part),
                **_level_fields(part, kind),
                **_day_fields(part, day),
            }


def _with_own_rates(m: Measure) -> Iterator[Measure]:
    """The measure, then those left out of it with what they pay instead."""
    yield m
    own = _amounts(m).get("except")
    if own is None:
        return
    goods = tuple(code for code in m.excepted if _is_good(code))
    places = tuple(code for code in m.excepted if not _is_good(code))
    rest = {"rate": own, "terms": ()}
    if places:
        yield m.model_copy(update=rest | {"targets": places, "excepted": goods})
    if goods:
        codes, sectors = ([c for c in goods if c.isdigit() == is_code] for is_code in (True, False))
        named = {"codes": tuple(codes), "sectors": tuple(sectors), "excepted": places}
        yield m.model_copy(update=rest | named)


def _is_good(code: str) -> bool:
    return code.isdigit() or code in {sector.code for sector in packaged_sectors()}


def _sides_of(m: Measure, kind: str) -> dict[str, str]:
    acting, hit = FLOW_SIDES[kind]
    sides = {acting: _bracketed(m.implementers)}
    if m.targets and EVERY_COUNTRY not in m.targets:
        sides[hit] = _bracketed(m.targets)
    elif kind == "embargo":
        sides[hit] = OPEN
    return sides


def _goods_of(m: Measure) -> Iterator[dict[str, str]]:
    if m.codes:
        yield {"product": _bracketed(f"HS {code}" for code in m.codes)}
    if m.sectors or not m.codes:
        yield {"sector": _bracketed(m.sectors or ("goods",))}


def _except(m: Measure) -> dict[str, str]:
    left_out = [f"HS {code}" if code.isdigit() else code for code in m.excepted]
    if EVERY_COUNTRY in m.targets:
        left_out += [code for code in m.implementers if code in packaged_groups()["regions"]]
    return {"except": _bracketed(left_out)} if left_out else {}


def _level_fields(m: Measure, kind: str) -> dict[str, str]:
    """What the kind wants to know of how much, in its order."""
    told = {field: written(value) for field, value in _amounts(m).items()}
    op = "add" if m.type in TRADE_REMEDIES else m.op
    match kind:
        case "tariff" | "export_tax":
            return {"op": op or "set", "rate": written(m.rate)}
        case "specific_duty":
            return {"op": op or OPEN, "duty": written(m.amount), "price": told.get("price", OPEN)}
        case "tariff_quota":
            quota = told.get("quota", OPEN)
            by_quantity = quota != OPEN and not quota.endswith(("%", "USD"))
            return {
                "op": op or OPEN,
                "quota": quota,
                **({"price": told.get("price", OPEN)} if by_quantity else {}),
                **{field: told.get(field, OPEN) for field in ("within", "beyond")},
            }
        case "price_cap":
            return {"price": written(m.amount), "market": told.get("market", OPEN)}
        case "export_control":
            field = "licence_cost" if "licence_cost" in told else "share"
            return {field: told.get(field, OPEN)}
        case "embargo":
            return {"direction": OPEN if m.products else "both"}
        case _:
            return {"share": told.get("share", OPEN)} if m.type == "Export quota" else {}


def _day_fields(m: Measure, day: date | None) -> dict[str, str]:
    start, end = start_of(m, day), m.ends
    days = {"from": start, "until": end if end and not (start and end < start) else None}
    return {field: str(value) for field, value in days.items() if value}


def _amounts(m: Measure) -> dict[str, Quantity]:
    return {term.field: term.amount for term in m.terms}


def written(q: Quantity | None) -> str:
    """A quantity as a scenario file spells it, `25%`, `0.3 USD/kg`, `2.6 million t`; OPEN where no file can."""
    if q is None:
        return OPEN
    if q.unit in ("percent", "percentage points"):
        return f"{q.value:.12g}%"
    if q.unit == "basis points":
        return f"{q.value / 100:.12g}%"
    if money := MONEY.fullmatch(q.unit):
        per = UNIT_NAMES.get(money["unit"].removesuffix("s")) if money["unit"] else ""
        unit = f"{money['currency']}/{per}" if per else money["currency"]
        return OPEN if per is None else str(Amount(q.value, unit))
    unit = UNIT_NAMES.get(q.unit.removesuffix("s"), "")
    return str(Amount(q.value, unit)) if unit else OPEN


def _bracketed(labels: Iterable[str]) -> str:
    return f"[{', '.join(labels)}]"
