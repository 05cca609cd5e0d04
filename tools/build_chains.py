"""Build the packaged chains from the raw statistics. Run by maintainers:

    python tools/build_chains.py --shared ../shared [--out src/paxsilica/data/packaged]

Reads the templates in tools/chains (chain files in which a recipe such as `production gallium refine` stands for the
numbers: see chain_recipes.py), figures.csv and sources.toml beside them, the packaged tables, and SHARED/data for the
chip dataset and the US imports. Writes chains/*.yaml, us_chip_imports.csv and, from the templates in tools/chains/nc,
what may not be used commercially: data-nc/*.yaml, outside the package. Prints what it wrote.
"""

from __future__ import annotations

import csv
import json
import textwrap
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from chain_eto import Eto, Node
from chain_imports import chip_imports
from chain_recipes import Recipes, Shares
from given import data_and_out
from paxsilica.data import sources

HERE = Path(__file__).resolve().parent
WIDTH = 118
APART = HERE.parent / "data-nc"
KEYS = ("title", "publisher", "licence", "date", "url")
PLAIN = ("basis", "capital", "stock", "rebuild", "spare")
GLUE = "~"
"""Stands for a blank at which no line may break."""


def main() -> None:
    data, to = data_and_out("Build the packaged chains.")
    (to / "chains").mkdir(exist_ok=True)
    rows = chip_imports(data / "us_tariffs")
    recipes = Recipes(Eto(data / "eto_semiconductor_2026_NC"), rows)
    for path in sorted((HERE / "chains").rglob("*.yaml")):
        tree = filled(YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8")), recipes)
        out = (APART if path.parent.name == "nc" else to / "chains") / path.name
        out.write_text("\n".join(written(tree)) + "\n", encoding="utf-8")
        unknown = [stage["id"] for stage in tree["stages"] if stage.get("shares", 0) is None]
        print(
            f"{out.name}: {len(tree['stages'])} stages, {len(unknown)} without country data: {', '.join(unknown)}"
        )
    with (to / "us_chip_imports.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    print(f"us_chip_imports.csv: {len(rows) - 1} rows")


# ---- templates -> numbers ---------------------------------------------------------------------------------------


def filled(tree: dict[str, Any], recipes: Recipes) -> dict[str, Any]:
    """The template with every recipe replaced by its numbers, and with the sources that are used."""
    stages = (
        tree["stages"] if isinstance(tree["stages"], list) else list(_eto_stages(tree, recipes.eto))
    )
    tree = {key: value for key, value in tree.items() if key != "about"} | {
        "stages": [_stage(stage, recipes) for stage in stages],
        "links": [_link(link, recipes) for link in tree.get("links", [])],
    }
    used = [entry.get("source", "") for entry in (*tree["stages"], *tree["links"])] + tree.pop(
        "cite", []
    )
    known = _sources()
    tree["sources"] = {key: known[key] for key in dict.fromkeys(filter(None, used))}
    return tree


def _sources() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for path in (sources.PACKAGED / "SOURCES.toml", HERE / "chains" / "sources.toml"):
        found |= tomllib.loads(path.read_text(encoding="utf-8"))
    return {key: {part: entry[part] for part in KEYS} for key, entry in found.items()}


def _eto_stages(tree: Mapping[str, Any], eto: Eto) -> Iterator[dict[str, Any]]:
    """Every node of the chip dataset as a stage; `about` of the template adds to them, by id."""
    about = tree.get("about", {})
    users: dict[str, list[str]] = {node.code: [] for node in eto.nodes}
    users["S2"].append("design")
    users["S3"].append("fabrication")
    for node in eto.nodes:
        for user in node.users:
            users[user].append(node.id)
    if unknown := set(about) - {node.id for node in eto.nodes}:
        raise SystemExit(f"the template tells of stages that the dataset lacks: {sorted(unknown)}")
    for node in eto.nodes:
        yield _eto_stage(node, eto, users[node.code]) | about.get(node.id, {})


def _eto_stage(node: Node, eto: Eto, inputs: list[str]) -> dict[str, Any]:
    stage: dict[str, Any] = {"id": node.id, "name": node.name, "layer": node.layer}
    stage["shares"] = f"eto {node.code}" if eto.shares(node.code)[0] else "unknown"
    if stage["shares"] == "unknown" and (named := eto.providers(node.code)):
        stage["note"] = f"The dataset names providers in {', '.join(named)}, without shares."
    if node.capital:
        stage["capital"] = "yes"
    if inputs:
        stage["inputs"] = [{"stage": id} for id in inputs]
    return stage


def _stage(stage: Mapping[str, Any], recipes: Recipes) -> dict[str, Any]:
    given = dict(stage)
    notes = [given.pop("note", "")]
    found: Shares | None = None
    if given.get("shares") == "unknown":
        given["shares"] = None
    elif "shares" in given:
        found = recipes.shares(given["shares"])
        given |= {"shares": found.by_country, "year": found.year, "source": found.source}
        given["missing"] = found.missing
        notes.insert(0, found.note)
        if found.basis != "plant":
            given.setdefault("basis", found.basis)
    if str(given.get("stock", "")).startswith(("reserve ", "held ")):
        held = recipes.number(given["stock"])
        given["stock"] = f"{held.value:.1f} days"
        notes.insert(1, held.note)
    given["inputs"] = given.get("inputs", [])
    return given | {"note": " ".join(filter(None, notes))}


def _link(link: Mapping[str, Any], recipes: Recipes) -> dict[str, Any]:
    given = dict(link)
    for key in ("exposed", "cost"):
        text = str(given.get(key, ""))
        if " " in text:
            found = recipes.number(text)
            given[key] = percent(found.value, 3)
            given.setdefault("source", found.source)
            given["note"] = " ".join(filter(None, (given.get("note", ""), found.note)))
    return given


# ---- numbers -> text --------------------------------------------------------------------------------------------


def percent(share: float, digits: int = 2) -> str:
    return f"{100 * share:.{digits}f}".rstrip("0").rstrip(".") + "%"


def rounded(shares: Mapping[str, float]) -> dict[str, str]:
    """Percentages with two decimals whose sum is the rounded sum (largest remainders go up)."""
    exact = {country: 1e4 * share for country, share in shares.items()}
    whole = {country: int(value + 1e-9) for country, value in exact.items()}
    left = round(sum(exact.values())) - sum(whole.values())
    for country in sorted(exact, key=lambda c: whole[c] - exact[c])[:left]:
        whole[country] += 1
    return {country: percent(value / 1e4) for country, value in whole.items()}


def written(tree: Mapping[str, Any]) -> Iterator[str]:
    """Lines of the chain file."""
    for line in tree["header"].strip().splitlines():
        yield f"# {line}".rstrip()
    yield "# Written by tools/build_chains.py from tools/chains and the statistics named under sources: edit there."
    yield ""
    yield f"schema: {tree['schema']}"
    yield f"title: {_quoted(tree['title'])}"
    for key in ("extends", "final"):
        if key in tree:
            yield f"{key}: {tree[key] if key == 'extends' else '[' + ', '.join(tree[key]) + ']'}"
    yield from _text("note", tree["note"], "")
    yield ""
    yield "sources:"
    for key, source in tree["sources"].items():
        yield f"  {key}:"
        yield from (f"    {part}: {_quoted(source[part])}" for part in KEYS if source[part])
    yield ""
    yield "stages:"
    for stage in tree["stages"]:
        yield from _stage_lines(stage)
    if tree["links"]:
        yield ""
        yield "links:"
    for link in tree["links"]:
        yield from _link_lines(link)


def _stage_lines(stage: Mapping[str, Any]) -> Iterator[str]:
    yield f"  - id: {stage['id']}"
    if "name" in stage:
        yield f"    name: {_quoted(stage['name'])}"
    if stage.get("layer"):
        yield f"    layer: {stage['layer']}"
    if stage.get("shares", 0) is None:
        yield "    shares: unknown"
    elif "shares" in stage:
        shares = rounded(stage["shares"]) | dict.fromkeys(stage["missing"], "unknown")
        items = ", ".join(f"{country}:{GLUE}{share}" for country, share in shares.items())
        lines = textwrap.wrap(
            "{" + items + "}", WIDTH, initial_indent="    shares: ", subsequent_indent=" " * 6
        )
        yield from (line.replace(GLUE, " ") for line in lines)
        yield f"    year: {stage['year']}"
        yield f"    source: {stage['source']}"
    yield from (f"    {key}: {stage[key]}" for key in PLAIN if key in stage)
    if stage["inputs"]:
        yield "    inputs:"
    for used in stage["inputs"]:
        yield f"      - stage: {used['stage']}"
        yield from (
            f"        {key}: {used[key]}" for key in ("weight", "substitutable") if key in used
        )
        yield from _text("note", used.get("note", ""), " " * 8)
    yield from _text("note", stage["note"], "    ")


def _link_lines(link: Mapping[str, Any]) -> Iterator[str]:
    yield f"  - stage: {link['stage']}"
    yield f"    sectors: [{', '.join(link['sectors'])}]"
    yield from (
        f"    {key}: {link[key]}" for key in ("exposed", "kind", "cost", "source") if link.get(key)
    )
    yield from _text("note", link.get("note", ""), "    ")


def _text(key: str, text: str, indent: str) -> Iterator[str]:
    if text:
        yield f"{indent}{key}: >-"
        yield from textwrap.wrap(
            text,
            WIDTH,
            initial_indent=indent + "  ",
            subsequent_indent=indent + "  ",
            break_on_hyphens=False,
        )


def _quoted(text: str) -> str:
    plain = (
        text.replace(" ", "").replace("-", "").replace("/", "").isalnum() and not text[:1].isdigit()
    )
    return text if plain else json.dumps(text, ensure_ascii=False)


if __name__ == "__main__":
    main()
