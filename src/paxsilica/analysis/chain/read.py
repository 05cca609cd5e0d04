"""Chain files -> `SupplyChain`: all that is wrong at once, with file, line and remedy."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from paxsilica.analysis.chain.draft import ChainDraft, list_of, mapping_of, text_of
from paxsilica.analysis.chain.graph import (
    EQUAL,
    Input,
    Link,
    Stage,
    SupplyChain,
    country_problem,
    flaws,
)
from paxsilica.data import load_economy
from paxsilica.data.sources import PACKAGED
from paxsilica.economy import Note, Source
from paxsilica.errors import ChainError, InputError, gathered, nearest
from paxsilica.names import Names, inside, joined
from paxsilica.names.places import OTHER, country_names
from paxsilica.policy.reader import FileKind, parse, read_text
from paxsilica.policy.values import parse_percent, show_percent

CHAIN = FileKind("chain", "paxsilica/chain@1", ChainError)
CHAINS = PACKAGED / "chains"

MOST_EXTENDED = 8
"""Files that may extend one another."""

LEAST_OFF, MOST_OFF = 0.005, 0.02
"""By how much shares may exceed 100 %: what rounding explains, within these two."""

SIZES = "icio2022"
"""The packaged economy by whose output of goods the share of a group is split."""


def packaged_chains() -> tuple[str, ...]:
    """Names of the chains that come with the program, sorted."""
    return tuple(sorted(path.stem for path in CHAINS.glob("*.yaml")))


def load_chain(name_or_path: str | Path) -> SupplyChain:
    """A packaged chain by its name, or a chain file by its path.

    Raises:
        ChainError: no such name or file, or rules that the file breaks, with line and remedy.
    """
    path = _path_of(name_or_path)
    return _built(_of_file(path, ()), path.stem)


def _path_of(name_or_path: str | Path, folder: Path = Path()) -> Path:
    text, packaged = str(name_or_path), packaged_chains()
    if text in packaged:
        return CHAINS / f"{text}.yaml"
    path = folder / name_or_path
    if path.suffix.lower() not in (".yaml", ".yml") and not path.is_file():
        raise ChainError(
            f"unknown chain {text!r}{nearest(text, packaged)} (or give the path of a .yaml file)"
        )
    return path


def _of_file(path: Path, above: tuple[Path, ...]) -> ChainDraft:
    """A file laid over the file that it extends: keys and sources replace, notes add up."""
    draft, line = _drafted(path), (*above, path.resolve())
    if "extends" not in draft.tree:
        return draft
    base_path = _path_of_base(draft, path.parent)
    if base_path.resolve() in line:
        circle = [*line[line.index(base_path.resolve()) :], base_path]
        names = " extends ".join(p.name for p in circle)
        text = f"files extend one another in a circle: {names}; remove one `extends`"
        raise draft.error(text, "extends")
    if len(line) >= MOST_EXTENDED:
        text = f"more than {MOST_EXTENDED} files extend one another; join some of them"
        raise draft.error(text, "extends")
    base = _of_file(base_path, line)
    tree = base.tree | draft.tree
    sources, notes = (
        [one.read(one.tree.get(key, none), parse, none, key) for one in (base, draft)]
        for key, none, parse in (("sources", {}, mapping_of), ("note", "", text_of))
    )
    tree |= {"sources": sources[0] | sources[1], "note": " ".join(filter(None, notes))}
    ours, theirs = draft.tree["stages"], base.tree["stages"]
    tree["stages"] = {id: theirs.get(id, {}) | ours.get(id, {}) for id in theirs | ours}
    old = {
        where: place
        for where, place in base.places.items()
        if where[0] != "links" or "links" not in draft.tree
        if not (where[0] == "stages" and len(where) > 3 and where[:3] in draft.places)
    }
    problems, unread = [*base.problems, *draft.problems], base.unread | draft.unread
    return ChainDraft(draft.place, tree, old | draft.places, problems, unread)


def _path_of_base(draft: ChainDraft, folder: Path) -> Path:
    name = draft.read(draft.tree["extends"], text_of, "", "extends")
    try:
        base = _path_of(name, folder)
    except ChainError as exc:
        raise draft.error(str(exc), "extends") from None
    if not base.is_file():
        text = f"extends {name!r}, which is no file; check the path (it begins at this file)"
        raise draft.error(text, "extends")
    return base


def _drafted(path: Path) -> ChainDraft:
    """A file by itself, its stages by id."""
    name = str(path)
    document = parse(read_text(path, CHAIN), name, CHAIN)
    problems = list(document.problems.values())
    lines = {where: (name, line) for where, line in document.lines.items()}
    unread = {(problem.path, problem.line) for problem in problems}
    start = lines.get(("schema",), (name, 1))
    draft = ChainDraft(start, dict(document.tree), dict(lines), problems, unread)
    if draft.tree.get("schema") != CHAIN.schema:
        text = f"begin the file with `schema: {CHAIN.schema}`"
        raise gathered([draft.error(text), *draft.problems])
    stages: dict[str, Any] = {}
    for at, entry in enumerate(draft.read(draft.tree.get("stages", []), list_of, [], "stages")):
        id = entry.get("id") if isinstance(entry, dict) else None
        if not isinstance(id, str):
            draft.wrong("a stage is a mapping that begins with `- id: NAME`", "stages", at)
        elif id in stages:
            first = draft.places["stages", id][1]
            draft.wrong(f"stage {id} stands twice (first in line {first}); keep one", "stages", at)
        else:
            stages[id] = entry
            for where, place in lines.items():
                if where[:2] == ("stages", at):
                    draft.places["stages", id, *where[2:]] = place
    draft.tree["stages"] = stages
    return draft


def _built(draft: ChainDraft, name: str) -> SupplyChain:
    found = {"final": (), "note": "", **draft.values(draft.tree, "file")}
    stages = draft.tree["stages"]
    fields: dict[str, Any] = {
        "name": name,
        "title": found["title"],
        "stages": tuple(_stage_of(draft, id) for id in stages),
        "final": found["final"],
        "sources": {
            key: Source(**draft.values(entry, "source", ("sources", key), f"source {key}: "))
            for key, entry in found.get("sources", {}).items()
        },
        "links": tuple(
            Link(**{"sectors": ()} | draft.values(entry, "link", ("links", at), f"link {at + 1}: "))
            for at, entry in enumerate(found.get("links", ()))
        ),
    }
    unknown = [id for id, entry in stages.items() if entry.get("shares") == "unknown"]
    many = "stage" if len(unknown) == 1 else f"{len(unknown)} stages:"
    which = f"{many} {', '.join(unknown)}"
    blind = f"No country data for {which}. No cut reaches what is unnamed: it counts as safe."
    notes = [("limits", found["note"]), ("no country data", blind if unknown else "")]
    leading = [
        ("licence", _barred(fields["sources"])),
        ("missing shares", _missing(fields["stages"])),
    ]
    fields["notes"] = (
        *(Note(key, text, leads=True) for key, text in leading if text),
        *(Note(key, text) for key, text in notes if text),
        *draft.notes,
    )
    for where, text in [] if draft.problems else flaws(SimpleNamespace(**fields)):
        draft.wrong(text, *where)
    if draft.problems:
        raise gathered(draft.problems)
    return SupplyChain(**fields)


def _stage_of(draft: ChainDraft, id: str) -> Stage:
    here = ("stages", id)
    found = draft.values(draft.tree["stages"][id], "stage", here, f"stage {id}: ")
    inputs = tuple(
        Input(
            **draft.values(given, "input", (*here, "inputs", at), f"stage {id}, input {at + 1}: ")
        )
        for at, given in enumerate(found.get("inputs", ()))
    )
    shares, missing = _world_shares(draft, id)
    return Stage(id=id, **found | {"inputs": inputs, "shares": shares, "missing": missing})


def _barred(sources: Mapping[str, Source]) -> str:
    """What to beware of where sources may not be used for every purpose; empty where they may."""
    barred = [s for s in sources.values() if re.search(r"\bNC\b|non-?commercial", s.licence, re.I)]
    told = "; ".join(f"{s.publisher}, {s.title} ({s.date}), licence {s.licence}" for s in barred)
    return f"Not for commercial use: made from {told}." if told else ""


def _missing(stages: Sequence[Stage]) -> str:
    """What to beware of where no source gives a country's share; empty where there is no such country."""
    of = {c: [s.name for s in stages if c in s.missing] for s in stages for c in s.missing}
    told = "; ".join(
        f"{Names().say_region(c)} of {joined([inside(name) for name in made])}"
        for c, made in of.items()
        if c in country_names()
    )
    return (
        f"No source says how much is made in {told}: it is missing, not zero. Shares there are of all others, no cut "
        "reaches what is missing, and a group with such a country makes at least what is shown."
        if told
        else ""
    )


def _world_shares(draft: ChainDraft, id: str) -> tuple[dict[str, float] | None, tuple[str, ...]]:
    """The shares of a stage by alpha-3 code, decimal, divided by their sum where rounding explains that it is above 1;
    None where they are unknown; and the countries whose share alone is. What is wrong with them, and what was done to
    them, is told to the draft."""
    here, of = ("stages", id, "shares"), f"stage {id}: "
    given = draft.tree["stages"][id].get("shares", "unknown")
    if given == "unknown":
        return None, ()
    if not isinstance(given, dict):
        draft.wrong(f"{of}shares must be `{{CHN: 69%, USA: 13%}}` or `unknown`", *here)
        return None, ()
    written, found, named = dict[str, float](), dict[str, float](), dict[str, str]()
    missing = list[str]()
    for label, text in given.items():
        blind = text == "unknown"
        share = 0.0 if blind else draft.read(text, parse_percent, 0.0, *here, label, of=of)
        try:
            parts = _by_member(label)
        except InputError as error:
            problem = country_problem(label) if label == OTHER else str(error)
            draft.wrong(of + problem, *here, label)
            continue
        if twice := [country for country in parts if country in named]:
            both = f"{twice[0]} is named by {named[twice[0]]} and by {label}"
            draft.wrong(f"{of}{both}; name it once", *here, label)
        named |= {country: label for country in parts}
        if blind:
            missing += parts
            continue
        written[label] = share
        found |= {country: share * part for country, part in parts.items()}
        if len(parts) > 1:
            split = (
                f"Stage {id} has one share for {label}; it is split over its {len(parts)} countries by the goods they "
                f"make ({SIZES}), so that a cut of them all is as in the file, and one of a few is a guess."
            )
            draft.notes.append(Note("split shares", split))
    total = sum(written.values())
    rounding = sum(_half_a_digit(str(given[label])) for label in written)
    if 1 < total <= 1 + min(max(rounding, LEAST_OFF), MOST_OFF) and min(written.values()) >= 0:
        found = {country: share / total for country, share in found.items()}
        if total > 1 + EQUAL:
            above = (
                f"The shares of stage {id} add up to {show_percent(total)}, as rounded ones and those of several "
                "sources do; each is divided by the sum."
            )
            draft.notes.append(Note("rounded shares", above))
    return found, tuple(missing)


def _half_a_digit(percentage: str) -> float:
    """By how much a rounded percentage may be off, decimal: 0.005 for `17%`, 0.0005 for `17.3%`."""
    return float(0.005 * 0.1 ** len(percentage.partition(".")[2].rstrip("% ")))


def _by_member(label: str) -> dict[str, float]:
    """The countries that a label means, and the part of each. Raises InputError."""
    countries = Names().countries([label])
    if len(countries) == 1:
        return {countries[0]: 1.0}
    economy = load_economy(SIZES)
    if lacking := [country for country in countries if country not in economy.regions]:
        raise InputError(
            f"{label} is {len(countries)} countries, and {SIZES} does not know the size of {lacking[0]}; give the "
            "shares of members, or leave it out: what is unnamed counts as safe from every cut"
        )
    goods = economy.output[:, economy.goods].sum(1)
    made = [float(goods[economy.regions.index(country)]) for country in countries]
    return {country: size / sum(made) for country, size in zip(countries, made, strict=True)}
