"""A form of a scenario -> its YAML, which is edited in place: what the form has no field for, and comments, stay."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.resolver import VersionedResolver

from paxsilica.errors import ScenarioError
from paxsilica.policy.library import is_policy, policy_name
from paxsilica.policy.load import policy_scenario
from paxsilica.policy.measures import KINDS
from paxsilica.policy.reader import Parsed, parse
from paxsilica.policy.scenario import OFF_THE_SHELF
from paxsilica.policy.table import keys_of
from paxsilica.web.scenario_form import (
    EMPTY_SCENARIO,
    TOP_KEYS,
    as_field,
    rows_of,
    shape_of,
    shelf_laws,
    top_of,
)


class TextResolver(VersionedResolver):
    """Every value is text, as the reader of files has it, whatever YAML would make of it: `NO`, `0101`, `2025-02-30`."""

    def resolve(self, kind: Any, value: Any, implicit: Any) -> Any:
        whole = kind is not ScalarNode
        return super().resolve(kind, value, implicit) if whole else self.DEFAULT_SCALAR_TAG


def edited(text: str, given: Mapping[str, str], do: str = "") -> str:
    """The text with what the form says.

    Args:
        given: fields of the form, `m0.rate` of the first measure. do: `add`, or `up-1`, `down-1`, `remove-1`.

    Raises:
        ScenarioError: the text is no YAML, so that nothing in it can be changed.
    """
    document, yaml = parse(text), _round_trip()
    try:
        node = yaml.load(text)
    except (YAMLError, ValueError) as error:
        raise ScenarioError("correct the text first: a key stands twice", "scenario", 1) from error
    before = top_of(document)
    law, day = given.get("law", before["law"]), given.get("day", before["day"])
    if (law, day) != (before["law"], before["day"]):
        given = {**given, "base": _law_on_day(law, day)}
    for key in TOP_KEYS:
        if given.get(key, before[key]) != before[key]:
            _write_key(node, key, given[key], before="measures")
    if given.get("horizon", before["horizon"]) != before["horizon"]:
        if not isinstance(node.get("assumptions"), dict):
            node["assumptions"] = _in_one_line(CommentedMap())
        _write_key(node["assumptions"], "horizon", given["horizon"])
        if not node["assumptions"]:
            del node["assumptions"]
    old = node.get("measures")
    items = list(old) if isinstance(old, list) else []
    rows = [
        _changed_measure(n, item, row, given, document)
        for n, (item, row) in enumerate(zip(items, rows_of(document), strict=True))
    ]
    rows = _rearranged(rows, do, given.get("kind", "tariff"))
    if [*map(id, rows)] != [*map(id, items)]:
        node["measures"] = CommentedSeq(rows)
    return _dumped(yaml, node)


def _round_trip() -> YAML:
    yaml = YAML()
    yaml.Resolver = TextResolver
    yaml.preserve_quotes, yaml.width = True, 100_000
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _dumped(yaml: YAML, node: Any) -> str:
    out = io.StringIO()
    yaml.dump(node, out)
    return out.getvalue()


def _law_on_day(law: str, day: str) -> str:
    if not law:
        return ""
    last = next((str(of.last) for of in shelf_laws() if of.name == law.partition("/")[0]), "")
    return f"policy:{law}@{day or last}"


def _changed_measure(
    number: int, item: Any, row: Mapping[str, Any], given: Mapping[str, str], document: Parsed
) -> Any:
    """A measure as the form has it: the same node, with what differs changed; another where its kind is another."""
    kind = given.get(f"m{number}.kind", str(row.get("kind", "")))
    if kind not in KINDS or not isinstance(item, dict):
        return item
    keys = keys_of(kind)
    if kind != row.get("kind"):
        begun = _example_of(kind)
        for key in keys:
            if key in item and key not in ("kind", "op"):
                begun[key] = item[key]
        return begun
    for key, info in keys.items():
        value = given.get(f"m{number}.{key}")
        stands = as_field(row.get(key, ""))
        default = info.default if isinstance(info.default, str) and key not in row else ""
        if value is None or stands is None or value.strip() in (stands, default or stands):
            continue
        _write_key(item, key, value, several=shape_of(info) == "list")
    return item


def _example_of(kind: str) -> Any:
    """A measure to begin with: the example that its kind has in the table, a field a line."""
    return _in_lines(_round_trip().load(KINDS[kind].example))


def _rearranged(rows: list[Any], do: str, kind: str) -> list[Any]:
    what, _, at = do.partition("-")
    number = int(at) if at.isdecimal() else -1
    if what == "add" and kind in KINDS:
        taken = {str(row.get("id")) for row in rows if isinstance(row, dict)}
        begun, short = _example_of(kind), kind.replace("_", "-")
        every = [short, *(f"{short}-{n}" for n in range(2, len(rows) + 3))]
        begun["id"] = next(id for id in every if id not in taken)
        return [*rows, begun]
    if not 0 <= number < len(rows):
        return rows
    one = rows[number]
    rest = rows[:number] + rows[number + 1 :]
    if what == "remove":
        return rest
    to = number + {"up": -1, "down": 1}.get(what, 0)
    return [*rest[: max(0, to)], one, *rest[max(0, to) :]]


def _write_key(node: Any, key: str, value: str, *, several: bool = False, before: str = "") -> None:
    """Write a value, or take the key away where there is none."""
    text = " ".join(value.split())
    if not text:
        node.pop(key, None)
        return
    new: Any = text
    if several:
        new = _in_one_line(CommentedSeq(one for one in re.split(r"\s*,\s*", text) if one))
    if key in node or before not in node:
        node[key] = new
    else:
        node.insert([*node].index(before), key, new)


def _in_lines(node: Any) -> Any:
    """A measure with a line for each field, so that a mistake has its own."""
    node.fa.set_block_style()
    return node


def _nodes(value: Any) -> Any:
    """Plain values of a measure as YAML has them: a line a field, labels in one line."""
    if isinstance(value, dict):
        return CommentedMap((key, _nodes(of)) for key, of in value.items() if of)
    if isinstance(value, list):
        whole = CommentedSeq(map(_nodes, value))
        return _in_one_line(whole) if as_field(value) else whole
    return value


def _in_one_line(node: Any) -> Any:
    node.fa.set_flow_style()
    return node


def law_text(law: str, day: str) -> tuple[str, str]:
    """A policy of the shelf as a text to change, and what must be said of it.

    Raises:
        ScenarioError: no such policy, or a day on which it is not known.
    """
    name = _law_on_day(law, day)
    scenario = policy_scenario(policy_name(name).name)
    tables = [str(getattr(m, "table", None) or OFF_THE_SHELF) for m in scenario.measures]
    lists = [table for table in tables if not is_policy(table)]
    yaml = _round_trip()
    if lists:
        node = yaml.load(EMPTY_SCENARIO)
        node["title"] = f"On top of: {scenario.title}"[:200]
        _write_key(node, "base", name, before="measures")
        said = "Its rates stand in lists, which a text cannot hold: it stands as what was before, and measures come on top."
        return _dumped(yaml, node), said
    written = scenario.as_dict()
    node = CommentedMap({key: value for key, value in written.items() if value})
    node["measures"] = CommentedSeq(_nodes(row) for row in written["measures"])
    return _dumped(yaml, node), ""
