"""A failed validation -> one line a problem: where, what is wrong, what to write instead."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ValidationError

from paxsilica.errors import ScenarioError, nearest
from paxsilica.policy.measures import KINDS
from paxsilica.policy.measures.agreement import Concession
from paxsilica.policy.reader import Parsed, Where
from paxsilica.policy.scenario import Assumptions, Citation, Scenario
from paxsilica.policy.table import keys_of
from paxsilica.policy.trade_file import TradeFile

REMEDIES = {
    "schema": "begin the file with `schema: paxsilica/scenario@1`",
    "title": "say in one line what the scenario asks",
    "measures": "list the measures, or write `measures: []` for a scenario that changes nothing",
    "id": "give the measure a short name of its own, such as `id: steel`",
    "kind": f"write one of {', '.join(KINDS)}",
    "op": "write one of set, add, at_least, multiply",
    "rate": "write a percentage, such as `rate: 25%`",
    "duty": "write money for each unit, such as `duty: 0.30 USD/kg`",
    "price": "state the price at the border, such as `price: 2 USD/kg`, or `{steel: 700 EUR/t}` of a carbon_charge",
    "ets_price": "state it, such as `ets_price: 75 EUR/t`",
    "year": "say of which year, such as `year: 2026`",
    "by": "name who imposes it, such as `by: [G7]`",
    "target": "name whom it hits, such as `target: [RUS]`",
    "parties": "name who agrees, such as `parties: [IND, GBR]`",
    "payer": "name who pays",
    "receiver": "name who receives",
    "amount": "write money of a year, such as `amount: 500 million USD`",
}

SAID_BY = {
    "trq": "tariff_quota",
    "quota": "tariff_quota, or import_ban or export_ban with a `share` of the products",
    "dumping": "tariff with `op: add` and the margin as its rate",
    "countervail": "tariff with `op: add` and the margin as its rate",
    "anti_subsid": "tariff with `op: add` and the margin as its rate",
    "safeguard": "tariff with `op: add`, `from` and `until`",
    "sanction": "embargo, or export_ban and import_ban with a `share`",
    "blockade": "embargo",
    "boycott": "embargo with `direction: imports`",
    "export_subsid": "export_tax with a negative rate",
    "restriction": "export_control or a ban with a `share`",
    "licen": "export_control with a `share` that is refused, or a `licence_cost`",
    "entity_list": "export_control with a `share` that is refused",
    "exclusion": "exemption",
    "waiver": "exemption",
    "exempt": "exemption",
    "specific": "specific_duty",
    "fta": "agreement",
    "trade_deal": "agreement",
    "customs_union": "agreement, and a tariff of all members on others",
    "cbam": "carbon_charge",
    "carbon": "carbon_charge",
    "non_tariff": "trade_cost",
    "ntm": "trade_cost",
    "duty": "tariff, or specific_duty for money by quantity",
    "levy": "tariff or export_tax",
    "aid": "transfer, or a subsidy",
    "grant": "transfer, or a subsidy",
    "ceiling": "price_cap, or capacity_loss",
    "ban": "export_ban or import_ban",
}
"""Part of a word for what is no kind -> the kind that can say it."""


def complaints(failure: ValidationError, document: Parsed) -> Iterator[ScenarioError]:
    """A line a problem that the reader has not named; a key that is misspelt is not missing."""
    said = []
    for error in failure.errors(include_url=False):
        where, emptied = _where(error["loc"]), error["type"] == "too_short" and error["input"]
        known = any(where[:depth] in document.problems for depth in range(len(where) + 1))
        if not known and not (emptied and isinstance(emptied, list)):
            said.append((where, " ".join(_say(error, where, document).split())))
    meant = {(at[:-1], message.rpartition("did you mean ")[2]) for at, message in said}
    for where, message in said:
        if (where[:-1], f"{_key(where)}?") not in meant or " is missing; " not in message:
            yield ScenarioError(
                _whose(where, document) + message, document.name, document.line(where)
            )


def _where(loc: tuple[str | int, ...]) -> Where:
    """The path without the levels of pydantic's own: a measure's kind, a mark for keys."""
    if loc[-1:] == ("[key]",):
        loc = loc[:-1]
    tagged = len(loc) > 2 and loc[0] == "measures" and loc[2] in KINDS
    return (*loc[:2], *loc[3:]) if tagged else loc


def _entry_at(document: Parsed, where: Where) -> Any:
    node: Any = document.tree
    for step in where:
        known = isinstance(node, list) or (isinstance(node, dict) and step in node)
        node = node[step] if known else None
    return node


def _whose(where: Where, document: Parsed) -> str:
    if len(where) < 2 or where[0] not in ("measures", "source"):
        return ""
    entry = _entry_at(document, where[:2])
    name = entry.get("id") if isinstance(entry, dict) else None
    noun = "measure" if where[0] == "measures" else "source"
    return f"{noun} {name if isinstance(name, str) and name else int(where[1]) + 1}: "


def _say(error: Any, where: Where, document: Parsed) -> str:
    key, given, context = _key(where), error["input"], error.get("ctx", {})
    match error["type"]:
        case "missing":
            return f"{key} is missing; {REMEDIES.get(key, 'add it')}"
        case "union_tag_not_found":
            known = {key for kind in KINDS for key in keys_of(kind)}
            slips = [k for k in given if k not in known and "did you mean" in nearest(k, ["kind"])]
            slip = f"unknown key {slips[0]!r}; did you mean kind?" if slips else ""
            return slip or f"kind is missing; {REMEDIES['kind']}"
        case "union_tag_invalid":
            return f"unknown kind {_in_quotes(context['tag'])}; {_kind_meant(str(context['tag']))}"
        case "extra_forbidden":
            return _unknown_key(key, where, document)
        case "literal_error":
            options = re.findall(r"'([^']*)'", str(context["expected"]))
            hint = nearest(str(given), options) if len(options) > 1 else ""
            better = " or ".join(options) + (hint if "did you mean" in hint else "")
            return f"{key} cannot be {_in_quotes(given)}; write {better}"
        case "tuple_type":
            better = f"[{given}]" if isinstance(given, str) and len(given) < 40 else "[...]"
            return f"{key} must be a list; write `{key}: {better}`"
        case "string_type" | "dict_type" | "model_type" | "model_attributes_type" | "mapping_type":
            wanted = "text" if error["type"] == "string_type" else "a mapping, `key: value`"
            return f"{key} must be {wanted}, not {_noun(given)}"
        case "too_short" | "string_too_short":
            return f"{key} is empty; name something, or leave the key out"
        case "string_pattern_mismatch":
            return f"{key} {_in_quotes(given)} is no valid name; use letters, digits and - _ . only"
        case "float_parsing":
            return f"{key} {_in_quotes(given)} is no plain number; write one such as 100 or 2.5"
        case "value_error":
            return f"{key} {context['error']}"
        case _:
            return f"{key}: {error['msg']}"


def _kind_meant(tag: str) -> str:
    """The kind that can say what is none: by the word for it, else by its spelling."""
    folded = re.sub(r"[\s-]+", "_", tag.casefold())
    said = next((kind for word, kind in SAID_BY.items() if word in folded), "")
    spelled = nearest(tag, KINDS)
    close = "did you mean" in spelled and "did you mean" in nearest(tag, KINDS, likeness=0.8)
    if said and not close:
        return f"what comes nearest is {said}"
    return spelled.removeprefix("; ") if "did you mean" in spelled else REMEDIES["kind"]


def _unknown_key(key: str, where: Where, document: Parsed) -> str:
    parent = _entry_at(document, where[:-1])
    kind = parent.get("kind", "") if isinstance(parent, dict) and where[0] == "measures" else ""
    if where[0] == "measures" and "cuts" in where[2:-1]:
        valid = [info.alias or name for name, info in Concession.model_fields.items()]
    elif kind in KINDS:
        valid = list(keys_of(kind))
        if any(key in keys_of(other) for other in KINDS):
            return f"{kind} takes no {key!r}; remove it ({kind} takes {', '.join(valid[2:])})"
    else:
        models: dict[Any, type[BaseModel]] = {
            "source": Citation,
            "assumptions": Assumptions,
            "weights": TradeFile,
        }
        fields = models.get(where[0], Scenario).model_fields
        valid = [info.alias or name for name, info in fields.items()]
    return f"unknown key {key!r}{nearest(key, valid)}"


def _key(where: Where) -> str:
    if not where:
        return "the file"
    if len(where) == 2 and where[0] in ("measures", "source"):
        return "it"
    return f"{where[-2]} entry {where[-1] + 1}" if isinstance(where[-1], int) else str(where[-1])


def _noun(value: object) -> str:
    if isinstance(value, list | tuple):
        return "a list"
    return "a mapping" if isinstance(value, dict) else _in_quotes(value)


def _in_quotes(value: object) -> str:
    text = str(value)
    return repr(text if len(text) <= 40 else text[:37] + "...")
