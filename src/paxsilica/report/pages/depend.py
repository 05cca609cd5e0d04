"""The page of `pax depend`: on whom a country or group depends for materials and inputs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from paxsilica.analysis.dependency.blocks import OLDEST_RISK, RISKS
from paxsilica.names import does, inside, joined, several
from paxsilica.names.products import hs_names, materials
from paxsilica.questions.depend import CHOSEN
from paxsilica.questions.question import Answer
from paxsilica.report import words
from paxsilica.report.pages.depend_suppliers import suppliers_report
from paxsilica.report.pages.depend_view import (
    HOW_SURE,
    MISREAD,
    STAGES,
    Dependence,
    Portion,
    shares_section,
)
from paxsilica.report.report import Number, Report, Section, Table, head

SIZEABLE = 1.0
"""Share of the output of `us`, %, from which a sector is named."""

OF_TRADE = ("imports", "from_them", "import_share", "import_hhi", "geodep", "eu_bottom_up")
OF_OUTPUT = (
    *("output_share", "output_of_them", "output_of_us", "production_hhi"),
    *("import_reliance", "own_output", "supply_risk"),
)
OF_INPUTS = ("look_through", "face_value", "hidden_share", "foreign_look_through", "output")
READ_IMPORTS = (
    "GeoDep and EU rule: above 1 where every criterion holds; of a single country the EU rule's second one (imports from "
    "outside over those from inside) always does. Concentration: 0 is many suppliers, 1 a single one.",
)
READ_OUTPUT = (
    f"Risks and net imports need trade and a long series: their year stands beside them, at most {OLDEST_RISK} years "
    "earlier. Net imports are tonnes of the product traded at this stage, output is often tonnes of its content.",
    "Supply risk mixes the instability-weighted concentration of world output and of the supply from imports and own "
    "output, less recycling (European Commission 2017). It is no verdict of the Commission: compare it among materials "
    "only. What a country makes wholly itself counts at ten times its own instability.",
)
READ_INPUTS = (
    "Look-through counts what went into the inputs at every stage, face value what is bought directly (Baldwin, Freeman "
    "and Theodorakopoulos 2023). The rest of the world, many countries in one, is not counted as a supplier.",
)
LARGE = f"sectors of at least {SIZEABLE:g} % of output"


def report(answer: Answer) -> Report:
    """Suppliers of materials alone, or what is traded, made and hidden in inputs."""
    t = Dependence(answer)
    of = _of_materials if "stages" in answer.attachments else _of_inputs
    made = (suppliers_report if t.question.material else of)(t)
    sections = cache(made.sections)
    return replace(
        made,
        picture=lambda: next(iter(sections()[0].figures), None),
        sections=lambda: [replace(sections()[0], figures=()), *sections()[1:]],
    )


def _of_materials(t: Dependence) -> Report:
    products, stages, sectors = _products(t), _by_stage(t), _hidden_inputs(t)
    main, made = ([one for one in portions if one.main] for portions in (products, stages))
    maker = t.them or "one country"
    best = joined(f"{inside(s.name)} {s}{'' if t.them else f' in {s.whose}'}" for s in made[:3])
    output = Number(
        f"Stages of materials at which {maker} {does(maker, 'make')} more than half of the world's output",
        f"{len(made)} of {len(stages)}",
        note=f"above all {best}" if made else "",
    )
    first = [output, *_numbers(main[:3])] if t.them else [*_numbers(main[:3]), output]
    years = f"years with {t.rule}"
    shown = ["product", "largest supplier", *(head(t.answer, key) for key in OF_TRADE[:3]), years]
    traded, made_of = f"Imports of {t.us} in {t.year}, by value", "World output by stage"
    if t.them:
        traded = f"Raw materials that {t.us} {does(t.us, 'buy')} from {t.them}, {t.year}"
    return Report(
        t.answer,
        "depend",
        f"Dependence of {t.us} on {t.them or 'others'}",
        _lead(t, main, len(products), output.value),
        [*first, *_numbers(sectors[:1], "inputs of ")],
        _why(t, main, made),
        _understood(t, stages),
        screen=Table([p.row for p in products], f"{traded}: first {t.rule}", shown, most=10),
        sections=lambda: [
            shares_section("imports", traded, READ_IMPORTS, products, t.rule),
            _compared(t, products),
            shares_section(
                "output", made_of, READ_OUTPUT, stages, "more than half", "world output"
            ),
            *([_hidden(t, sectors)] if sectors else []),
        ],
        currency="USD",
    )


def _of_inputs(t: Dependence) -> Report:
    sectors = _hidden_inputs(t)
    lead = f"No sector of {t.us} buys inputs from abroad."
    if sectors:
        top = sectors[0]
        lead = (
            f"Of all that goes into {inside(top.name)} of {t.us}, counted at every stage, {top} comes from {top.whose}, "
            f"the largest difference among {LARGE}."
        )
    return Report(
        t.answer,
        "depend",
        f"Dependence of {t.us} on {t.them or 'others'} for inputs",
        lead,
        _numbers(sectors[1:4], "inputs of "),
        "",
        [f"Inputs of {t.answer.about.title}, shares in per cent.", t.error],
        screen=Table([sector.row for sector in sectors], most=10),
        sections=lambda: [_hidden(t, sectors)],
        currency="USD",
    )


def _numbers(portions: Iterable[Portion], of: str = "") -> list[Number]:
    heads = ((p, words.sentence(f"{of}{inside(p.name)}")) for p in portions if p.main)
    return [Number(f"{name} from {p.whose}", str(p), note=p.note) for p, name in heads]


def _products(t: Dependence) -> list[Portion]:
    """What is imported: where the rule of the page holds first, then by value."""
    key, rule, most = "import_share", "geodep", 1.0
    if t.them:
        key, rule, most = "from_them", "from_them", 50.0
    every, found = t.findings.select(rule, region=t.answer.names.label(t.question.us)).rows(), []
    for code, its in t.findings.select(date=t.year, item=None).cells("product").items():
        if "imports" in its:
            name, value, seller = (
                hs_names()[code],
                its["imports"]["value"],
                its["import_share"]["partner"],
            )
            held = {row["date"]: row["value"] > most for row in every if row["product"] == code}
            years = f"{sum(held.values())} of {len(held)}"
            product = Portion(
                name,
                t.them or t.say(seller),
                its[key]["value"],
                f" of {words.money(value)}",
                held[t.year],
                {
                    "product": name,
                    "HS code": code,
                    "largest supplier": t.name(seller),
                    **t.columns(its, OF_TRADE),
                    f"years with {t.rule}": years,
                },
                f"imports of {t.year}; {t.rule} in {years} years with imports",
                all(held.values()),
            )
            found.append((not product.main, -value * (product.value if t.them else 1.0), product))
    return [product for *_, product in sorted(found)]


def _by_stage(t: Dependence) -> list[Portion]:
    """Who makes what at every stage, the largest share first."""
    cells, names = t.findings.cells("product", "item"), {m.code: m.name for m in materials()}
    key, found = "output_of_them" if t.them else "output_share", []
    for text in t.answer.attachments["stages"]:
        its, material = cells[text["product"], text["item"]], names[text["product"]]
        stage, leader = STAGES[text["item"]], its["output_share"]
        share = its.get(key, {}).get("value") or 0.0
        row = {
            "material": material,
            "stage": stage,
            "year": int(leader["date"]),
            "largest producer": t.name(leader["region"]),
            **t.columns(its, OF_OUTPUT),
            "year of risks": next((its[name]["date"] for name in RISKS if name in its), ""),
            "no figure": text["no_figure"],
            "note": text["note"],
        }
        whose = t.them or t.say(leader["region"])
        found.append(Portion(f"{material} ({stage})", whose, share, "", share > 50, row))
    return sorted(found, key=lambda stage: -stage.value)


def _lead(t: Dependence, main: Sequence[Portion], products: int, made: str) -> str:
    """Who depends on whom for what, how lastingly, and who makes it."""
    us, best = words.sentence(t.us), ""
    number = f"{len(main) or 'none'} of {products} raw-material products"
    if main:
        always = sum(product.always for product in main) or "none"
        shares = joined(
            f"{p} of {inside(p.name)}{'' if t.them else f' from {p.whose}'}" for p in main[:3]
        )
        best = f" ({always} of them in every year with imports), by value above all {shares}"
    if not t.them:
        rule = "the GeoDep rule of few suppliers, more imports than exports and a concentrated world market"
        return f"{us} {does(t.us, 'depend')} on others for {number} in {t.year} by {rule}{best}."
    return (
        f"{words.sentence(t.them)} {does(t.them, 'make')} more than half of the world's output at {made} stages of "
        f"materials, and {t.us} {does(t.us, 'buy')} more than half of {'their' if several(t.us) else 'its'} imports of "
        f"{number} from there in {t.year}{best}."
    )


def _why(t: Dependence, main: Sequence[Portion], made: Sequence[Portion]) -> str:
    if t.them:
        theirs = {stage.row["material"] for stage in made}
        codes = {code for m in materials() if m.name in theirs for code in m.hs}
        both = [inside(product.name) for product in main if product.row["HS code"] in codes]
        made_by = (
            f"{t.them} {does(t.them, 'make')} more than half of the world's output at some stage"
        )
        scarce = (
            f"{made_by} of {joined(both)}, so that there is little to buy elsewhere; "
            if both
            else ""
        )
        return words.sentence(
            f"{scarce}what {'else ' if both else ''}comes from there is a choice of supplier, or nobody counts who makes "
            f"it; and what others sell may be made of what was mined or refined by {t.them}."
        )
    limit = f"{t.findings.value('threshold', measure='world_export_hhi'):g}"
    return (
        f"The criteria are three: {t.us} {does(t.us, 'buy')} from few, {does(t.us, 'import')} more than "
        f"{'they export' if several(t.us) else 'it exports'}, and the whole world buys from few exporters (concentration "
        f"above {limit}), so that another supplier is hard to find."
    )


def _understood(t: Dependence, stages: Sequence[Portion]) -> list[str]:
    years = sorted(str(stage.row["year"]) for stage in stages)
    known = t.findings.along("data_age", "date", measure="tables")
    ages = [known[year] for year in (t.year, years[-1], years[0])]
    age = "the data are newer than {}"
    if None not in ages:
        age = "on {} trade is {:g} years old, output {:g} to {:g}"
    members = t.findings.value("members")
    counted = t.findings.value("products_counted", measure="table")
    return [
        f"Imports from outside in {t.year} by value in USD, of {counted:g} raw materials (customs codes of six digits); "
        f"world output of {years[0]} to {years[-1]}, the latest year of each source; shares in per cent.",
        *[f"{members:g} countries are taken as one: trade among them is inside."][: members > 1],
        f"{HOW_SURE}; {age.format(t.question.as_of, *ages)}. Judge by the years in which the rule held, not by one year"
        f"{'' if t.them else ': a quarter to a half of what passes GeoDep in one year does not in the next'}.",
        MISREAD,
        *[f"How sure of inputs: {inside(t.error)}"][: "look_through" in t.known],
    ]


def _compared(t: Dependence, products: Sequence[Portion]) -> Section:
    """What share of their imports others buy from `them`, or from `CHOSEN`."""
    rows: dict[str, Any] = {p.row["HS code"]: {"product": p.name} for p in products}
    for row in t.findings.select("from_them", date=t.year).rows():
        importer = t.answer.names.say(row["region"].split("+"))
        rows.get(row["product"], {})[f"{importer}, %"] = row["value"]
    title = f"Imports from {t.them or t.say(CHOSEN)}, beside those of others"
    text = f"Share of imports by value in {t.year}, %; blank where nothing is imported."
    return Section("others", title, [text], (), Table([*rows.values()]))


def _hidden_inputs(t: Dependence) -> list[Portion]:
    """Look-through shares in the inputs of every sector: those of large sectors first, by what is hidden."""
    cells = t.findings.select(*OF_INPUTS).cells("sector")
    least, found = SIZEABLE / 100 * sum(its["output"]["value"] for its in cells.values()), []
    for code, its in cells.items():
        share, name = its["look_through"], t.answer.names.table.sector_name(code)
        sector = Portion(
            name,
            t.say(share["partner"]),
            share["value"],
            f" ({words.number(its['face_value']['value'], 2)} % directly)",
            its["output"]["value"] >= least,
            {"sector": name, "supplier": t.name(share["partner"]), **t.columns(its, OF_INPUTS)},
            f"all inputs, counted at every stage; most hidden among {LARGE}",
        )
        found.append((not sector.main, -its["hidden_share"]["value"], sector))
    return [sector for *_, sector in sorted(found)]


def _hidden(t: Dependence, sectors: Sequence[Portion]) -> Section:
    content = words.number(t.findings.value("vertical_specialisation"))
    exports = (
        f"Import content of the exports of {t.us}, direct and through domestic inputs: {content} %."
    )
    title, text = f"Inputs of the sectors of {t.us}", [*READ_INPUTS, exports]
    of = f"all inputs{words.of_year(t.answer.names.table)}, counted at every stage"
    return shares_section("hidden", title, text, sectors, LARGE, of)
