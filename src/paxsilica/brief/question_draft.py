"""A policy question in a line -> a commented scenario file, for a person to check and change."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

from paxsilica.brief.asked import AskedMeasure, asked_in
from paxsilica.errors import InputError
from paxsilica.names import Names
from paxsilica.policy import KINDS, parse_scenario
from paxsilica.policy.values import LONGEST_TITLE, one_line, show_percent


def draft_of(question: str, names: Names, day: date) -> str:
    """The text of a scenario file that says what a question asks, with a comment on every key.

    Args:
        names: of the economy that the file names. day: from which `next month` counts.

    Raises:
        InputError: the question is not understood, in one line.
    """
    try:
        title = one_line(question, LONGEST_TITLE)
    except ValueError as error:
        raise InputError(f"the question {error}") from None
    asked = asked_in(title, names, day)
    lines = [
        "# Drafted from the question that is its title. Check it, change it, then `pax validate` and `pax run` it.",
        "schema: paxsilica/scenario@1  # the form of this file, always this",
        f"title: {json.dumps(title, ensure_ascii=False)}  # one line of your own",
        f"baseline: {names.table.about.name}  # the world economy; `pax show economy` says what it is",
        *_base_line(asked),
        "measures:  # one or more, which act in this order",
        "  - id: asked  # any name that no other measure has",
        *(f"    {line}" for line in _measure_lines(asked, names)),
        "assumptions:",
        "  horizon: long_run  # workers and buyers have adjusted; short_run: about the first year",
        "  deficits: fixed_share  # trade deficits stay a share of world income; or fixed, balanced",
        "not_modelled:  # what you know to be left out; it is printed in the report",
        *(f"  - {json.dumps(gap, ensure_ascii=False)}" for gap in _gaps(asked, names)),
    ]
    text = "\n".join(lines) + "\n"
    parse_scenario(text, "the question")
    return text


def _base_line(asked: AskedMeasure) -> Iterator[str]:
    if asked.stood is not None:
        stood = show_percent(asked.stood)
        yield f"# base: ./before.yaml  # a file with the {stood} that stood: changes are then counted from there"


def _measure_lines(asked: AskedMeasure, names: Names) -> Iterator[str]:
    """The lines of the measure, each with what it means and what else could stand there."""
    others = ", ".join(kind for kind in KINDS if kind != asked.kind)
    yield f"kind: {asked.kind}  # {KINDS[asked.kind].meaning}; or {others}"
    mine, other = ("exporter", "importer") if "export" in asked.kind else ("importer", "exporter")
    yield f"{mine}: [{', '.join(asked.imposer)}]  # {names.say(asked.imposer, inside=True)}: who imposes it"
    if asked.partner:
        hit = names.say(asked.partner, inside=True)
        yield f"{other}: [{', '.join(asked.partner)}]  # {hit}; left out: every other region"
    else:
        yield f"# {other}: [IND]  # left out: every other region"
    if asked.codes:
        codes = ", ".join(json.dumps(code) for code in asked.codes)
        yield f"product: [{codes}]  # customs codes (HS); or sector: [goods]"
        if asked.edition:
            yield f'edition: "{asked.edition}"  # of the customs codes; without it 2022'
    else:
        sectors = asked.sectors or ("goods",)
        said = ", ".join(map(names.say_sector, sectors)) if asked.sectors else "all goods"
        yield f"sector: [{', '.join(sectors)}]  # {said}; or product: [HS 8703]; `pax show sectors`"
    if asked.excepted:
        left_out = ", ".join(json.dumps(one) for one in asked.excepted)
        yield f"except: [{left_out}]  # left out: customs codes, sectors or partners"
    if asked.op:
        meaning = KINDS[asked.kind].ops[asked.op].meaning
        yield f"op: {asked.op}  # {meaning}; or {', '.join(op for op in KINDS[asked.kind].ops if op != asked.op)}"
        yield f"rate: {show_percent(asked.level or 0.0)}  # in %, or points of it with add"
    elif asked.level is not None:
        yield f"share: {show_percent(asked.level)}  # of the range of products; left out: all of it"
    else:
        yield "# share: 30%  # of the range of products that is banned; left out: all of it"
    for key, said, day in (("from", "first", asked.first), ("until", "last", asked.last)):
        written = f"{key}: {day}" if day else f"# {key}: 2026-12-31"
        yield f"{written}  # {said} day in force; left out: no {said} day"


def _gaps(asked: AskedMeasure, names: Names) -> Iterator[str]:
    """What is surely missing."""
    yield "exemptions and product lists that the question does not name"
    yield "any answer by the states that are hit"
    for good, sector in asked.parts:
        whole = names.say_sectors(names.sectors([sector]))
        yield f"{good} alone: the measure acts on the whole of {whole}"
    if asked.edition:
        yield "what else stands under the same customs codes, and what of the material stands under others"
