"""The page of `pax depend --material`: who sells a material or product, and who makes it."""

from __future__ import annotations

from collections.abc import Iterator

from paxsilica.findings import Findings
from paxsilica.names import inside, joined
from paxsilica.names.products import hs_names, materials
from paxsilica.report import words
from paxsilica.report.pages.depend_view import (
    HOW_SURE,
    MISREAD,
    STAGES,
    Dependence,
    Portion,
    shares_section,
)
from paxsilica.report.report import Number, Report, Section, head

OF_SUPPLIERS = ("import_share", "imports", "import_weight", "estimated_weight")

OF_MAKERS = (
    "Easily misread: who makes it need not be who sells it, for others sell what they bought, refined or recycled; the "
    "last year of output is often its source's first estimate; a share is of one stage alone, and no stocks are counted."
)


def suppliers_report(t: Dependence) -> Report:
    """Who sells the materials or codes that were named, and who makes them."""
    names = {**{m.code: m.name for m in materials()}, **hs_names()}
    said, makers, numbers, sections = list[str](), list[str](), list[Number](), list[Section]()
    for code, asked in t.answer.attachments["materials"].items():
        name, untraded = inside(names[code]), asked["untraded"].partition(": ")[2]
        sellers = [] if asked["untraded"] else _sellers(t, code)
        best = joined(f"{words.number(s.value, 2)} % from {s.name}" for s in sellers[:3])
        if not asked["untraded"]:
            total = words.money(t.findings.value("imports", product=code, partner=None))
            said.append(f"{total} of {name}{f' ({best})' if best else ''}")
            at, title = f"suppliers-{len(said) - 1}", f"Suppliers of {name}"
            sections.append(shares_section(at, title, (), sellers, "share"))
        numbers += [Number(f"{words.sentence(name)} from {s.name}", str(s)) for s in sellers[:3]]
        for material in asked["made"]:
            for stage, year, made in _made_by_stage(t, material):
                what = f"{inside(names[material])} ({stage}) in {year}"
                best = joined(f"{words.number(s.value, 3)} % in {s.name}" for s in made[:3])
                makers.append(f"World output of {what}: {best}.")
                at, title = f"makers-{material}-{stage}", f"World output of {what}"
                sections.append(shares_section(at, title, (), made, "share", "world output"))
                if untraded:
                    numbers.append(Number(title, f"{made[0]} in {made[0].name}"))
        if untraded:
            makers.append(f"Who sells it to {t.us} trade statistics do not tell ({untraded}).")
    bought = [f"In {t.year} {t.us} imported {joined(said)}."] if said else []
    sold = joined(inside(names[code]) for code in t.answer.attachments["materials"])
    return Report(
        t.answer,
        "depend",
        f"{'Suppliers' if said else 'Makers'} of {sold}{f' to {t.us}' if said else ''}",
        " ".join([*bought, *makers]),
        numbers[:6],
        "Trade statistics tell who sold; prices, distances and treaties, which say why, are not in them."
        if said
        else "",
        [f"Imports from outside, by value in USD; shares in per cent. {HOW_SURE}.", MISREAD]
        if said
        else [OF_MAKERS],
        screen=sections[0].table,
        sections=lambda: sections,
        currency="USD",
    )


def _sellers(t: Dependence, code: str) -> list[Portion]:
    """Who sells a material or code from outside, the largest first."""
    cells = t.findings.select(*OF_SUPPLIERS, product=code).cells("partner")
    return [
        Portion(
            t.say(country),
            "each supplier",
            its["import_share"]["value"],
            f" ({words.money(its['imports']['value'])})",
            True,
            {"supplier": t.name(country), **t.columns(its, OF_SUPPLIERS)},
        )
        for country, its in cells.items()
        if country is not None
    ]


def _made_by_stage(t: Dependence, material: str) -> Iterator[tuple[str, str, list[Portion]]]:
    """Each stage of a material that is counted, in words, its year, and who makes it, the largest first."""
    for block in t.findings.select("output_share", product=material).blocks:
        stage, year = STAGES[block.fixed["item"]], block.fixed["date"]
        rows = Findings((block,)).rows()
        yield (
            stage,
            year,
            [
                Portion(
                    t.say(row["region"]),
                    "each country",
                    row["value"],
                    "",
                    True,
                    {
                        "country": t.name(row["region"]),
                        head(t.answer, "output_share"): row["value"],
                    },
                )
                for row in rows
            ],
        )
