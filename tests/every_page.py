"""Every page of every command, on small worlds: for tests of what all pages share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import ally_worlds
import coercion_world
import numpy as np
import run_world
import sweep_world
from worlds import labelled_world

import paxsilica as pax
from paxsilica.about import BASELINE
from paxsilica.desk import Desk
from paxsilica.economy import About, Economy, Source
from paxsilica.names.places import country_names
from paxsilica.questions.brief import Brief
from paxsilica.questions.depend import Depend
from paxsilica.questions.question import Question
from paxsilica.report.pages.brief import write

BRIEFING = Path(__file__).resolve().parents[1] / "examples" / "briefing.md"

HEAD = "schema: paxsilica/scenario@1\ntitle: {title}\nbaseline: {baseline}\n{extra}measures:{measures}\n"
SOME = """source:
  - {title: A paper, url: "https://example.org/long/address/of/a-paper", quote: by 50 per cent, published: 2026-01-16}
"""

REGIONS = (
    *("USA", "CHN", "DEU", "JPN", "GBR", "IND", "FRA", "ITA", "BRA", "CAN", "RUS", "KOR", "AUS"),
    *("ESP", "MEX", "IDN", "TUR", "NLD", "SAU", "CHE", "POL", "ARG", "SWE", "BEL", "ARE"),
)
SECTORS = {
    "A01_02": "Agriculture, hunting, forestry",
    "C26": "Computers and electronics",
    "C20": "Chemicals",
    "SERV": "Services (aggregate)",
}
MANY = (
    "{id: flat, kind: tariff, importer: [USA], sector: [goods], op: at_least, rate: 10%}",
    "{id: china, kind: tariff, importer: [USA], exporter: [CHN], sector: [goods], op: set, rate: 60%}",
    "{id: answer, kind: tariff, importer: [CHN, IND, BRA, CAN, MEX, DEU, FRA, ITA, ESP, NLD], exporter: [USA], "
    "sector: [goods], op: add, rate: 25%, from: 2025-04-09}",
    "{id: chips, kind: export_ban, exporter: [USA, JPN, KOR, NLD], importer: [CHN], sector: [C26], share: 30%}",
)
ANSWERED = MANY[2].replace("25%", "5%")
PHASED = (
    "{id: first, kind: tariff, importer: [IND], exporter: [USA], sector: [goods], op: add, rate: 5%, from: 2026-01-01}",
    "{id: second, kind: tariff, importer: [IND], exporter: [USA], sector: [C26], op: add, rate: 15%, from: 2028-01-01}",
)
CHAIN = """schema: paxsilica/chain@1
title: Ore to metal
final: [metal]
sources: {here: {title: T, publisher: P, licence: CC0, date: "2024", url: ""}}
stages:
  - {id: ore, name: Ore, shares: {CHN: 70%, IND: 30%}, year: 2022, source: here, stock: 42 days, rebuild: 360 days}
  - {id: alloy, name: Alloy, shares: unknown, inputs: [{stage: ore}]}
  - {id: metal, name: Metal, shares: {JPN: 60%, CHN: 40%}, year: 2024, source: here, inputs: [{stage: alloy}]}
links:
  - {stage: metal, sectors: [C26], kind: use, exposed: 40%, cost: 10%}
  - {stage: ore, sectors: [C26], kind: make, exposed: 30%}
"""
NO_MEASURE = (
    "GENEVA, January 16, 2026 - The minister said on Monday that the talks had been useful.\n"
)


def _wide_world(currency: str = "USD") -> Economy:
    """Twenty-five countries by their whole names."""
    called = country_names()
    about = About(
        name="wide",
        title="A world of twenty-five countries",
        year=2022,
        unit=f"million {currency}",
        region_names={code: called[code] for code in REGIONS},
        sector_names=SECTORS,
        sector_groups={"goods": ("A01_02", "C26", "C20")},
        sources=(Source("Made up", "Nobody", "CC0", "2026", "https://example.org/data"),),
    )
    return labelled_world(5, about, 1e4)


def small_desk() -> Desk:
    """A desk with small economies; what a question takes by default is one of them."""
    desk = Desk(today=date(2026, 3, 1))
    worlds = {
        BASELINE: run_world.small_world,
        "allied": ally_worlds.allied_world,
        "lands": coercion_world.coercion_world,
        "wide": _wide_world,
        "euro": lambda: _wide_world("EUR"),
    }
    for name, make in worlds.items():
        desk.warm((name, None), make)
    return desk


def _text(*measures: str, title: str = "A test", baseline: str = BASELINE, extra: str = "") -> str:
    lines = "".join(f"\n  - {measure}" for measure in measures) or " []"
    return HEAD.format(title=title, baseline=baseline, extra=extra, measures=lines)


def _run(*measures: str, **asked: Any) -> pax.Run:
    told = {name: asked.pop(name) for name in ("title", "baseline", "extra") if name in asked}
    return pax.Run(text=_text(*measures, **told), **asked)


DUTY = "measures.first.rate: {from: 0%, to: 60%, steps: 13, name: duty of Northland}"
ANSWER = "measures.answer.rate: {from: 0%, to: 30%, steps: 7, name: answer}"


def _sweep(*vary: str, **said: str) -> pax.Sweep:
    return pax.Sweep(text=sweep_world.design(*vary, **said), workers=1)


ALLY = {"members": ",".join(ally_worlds.MEMBERS), "baseline": "allied", "as_of": "2026-01-16"}
LANDS = {"baseline": "lands"}

QUESTIONS: dict[str, Callable[[], Question]] = {
    "run": lambda: _run(run_world.TARIFF, title="A tariff on India", extra=SOME),
    "run-empty": _run,
    "run-many": lambda: _run(*MANY, title="Everybody answers everybody", baseline="wide"),
    "run-euro": lambda: _run(MANY[1], baseline="euro", bands=False),
    "run-short": lambda: _run(run_world.TARIFF, horizon="short_run"),
    "run-aged": lambda: _run(run_world.TARIFF, horizon="18m"),
    "run-draws": lambda: _run(run_world.TARIFF, draws=8),
    "run-path": lambda: _run(*PHASED, path="2025-10..2029-01", every="year"),
    "run-path-plain": lambda: _run(*PHASED, path="2025-10..2026-06", growth=False, bands=False),
    "run-path-empty": lambda: _run(path="2025-10..2026-06"),
    "run-phased": lambda: _run(*PHASED, as_of="2026-03-01", bands=False),
    "sweep": lambda: _sweep(DUTY),
    "sweep-kinds": lambda: _sweep("horizon: [long_run, short_run]", keep="trade_volume"),
    "sweep-two": lambda: _sweep(DUTY, ANSWER),
    "sweep-drawn": lambda: _sweep(
        "measures.first.rate: {uniform: [0%, 60%], name: duty of Northland}",
        "measures.answer.rate: {normal: [10%, 2%]}",
        "assumptions.horizon: {choice: [long_run, short_run], name: horizon}",
        more="design: random\npoints: 96\nregions: [R1, R0]",
        keep="real_income, real_income_money, tariff_revenue",
    ),
    "compare": lambda: pax.Compare(
        a=_text(*MANY, baseline="wide"), b=_text(*MANY[:2], ANSWERED, baseline="wide")
    ),
    "compare-horizons": lambda: pax.Compare(
        a=_text(run_world.TARIFF), horizon="short_run,long_run", bands=False
    ),
    "depend": lambda: Depend(us="IND", them="CHN"),
    "depend-all": lambda: Depend(us="IND"),
    "depend-group": lambda: Depend(us="EU", them="CHN,RUS"),
    "depend-inputs": lambda: Depend(us="IND", them="CHN", inputs=True, baseline="allied"),
    "depend-material": lambda: Depend(us="IND", material=["270900", "lithium"]),
    "chains": pax.Chain,
    "chain": lambda: pax.Chain(name="chips"),
    "chain-cut": lambda: pax.Chain(name="magnets", cut="CHN", buyers="IND"),
    "chain-linked": lambda: pax.Chain(name="own.yaml", cut="CHN", link=True, baseline="allied"),
    "coerce": lambda: pax.Coerce(sender="R0", target="R1", **LANDS),
    "coerce-relief": lambda: pax.Coerce(
        sender="R0", target="PAIR", relief=True, allies="R3", **LANDS
    ),
    "coerce-matrix": lambda: pax.Coerce(matrix=True, baseline="wide", regions="12"),
    "coerce-sectors": lambda: pax.Coerce(matrix=True, by_sector=True, **LANDS),
    "divert": lambda: pax.Divert(exporter="R1", hit_by="R0=50%", **LANDS),
    "divert-products": lambda: pax.Divert(exporter="IND", hit_by="USA=50%", baseline="wide"),
    "target": lambda: pax.Target(
        side="USA", partner="IND", goal=6000, by="2030", purchases="B06=20", non_tariff="5%"
    ),
    "target-groups": lambda: pax.Target(
        side="EUROPE",
        partner="IND,VNM",
        goal=9000,
        by="2029-30",
        flow="exports",
        tariffs="stand",
        bands=False,
    ),
    "target-far": lambda: pax.Target(
        side="USA", partner="IND", goal=40000, by="2028", horizon="short_run", bands=False
    ),
    "score": lambda: pax.Score(
        prediction="said.csv",
        outcomes="came.csv",
        importer="USA",
        periods="2024-10-16,2025-10-16",
        baseline="wide",
    ),
    "score-few": lambda: pax.Score(
        prediction="few.csv", outcomes="few.csv", importer="IND", baseline="wide"
    ),
    "ally": lambda: pax.Ally(**ALLY),
    "ally-add": lambda: pax.Ally(add="IND", **ALLY),
    "ally-rivals": lambda: pax.Ally(add="IND", rivals="CHN,RUS", **ALLY),
    "ally-next": lambda: pax.Ally(who_next=True, **ALLY),
    "negotiate": lambda: pax.Negotiate(players="USA,IND", baseline="wide"),
    "negotiate-alone": lambda: pax.Negotiate(players="USA", baseline="wide", retaliation="10%"),
    "negotiate-war": lambda: pax.Negotiate(players="USA,CHN,IND", nash=True, baseline="wide"),
    "negotiate-pairs": lambda: pax.Negotiate(players="USA,CHN,IND", baseline="euro"),
    "negotiate-deal": lambda: pax.Negotiate(
        players="USA,IND", tranche=2, red_lines="IND:C20", non_tariff="5%", baseline="wide"
    ),
}
"""By name what is asked, in a folder that holds the chain `own.yaml` and files of flows."""

FEW = "partner,sector,before,after\nCHN,C26,400,300\nDEU,C20,200,210\n"
"""Two flows, without bands and duties."""


def _flows() -> dict[str, str]:
    """Files of flows that are predicted, with a band, and that came otherwise."""
    draw = np.random.default_rng(4)
    heads = ("partner,sector,before,after", "low,high", "duty_before,duty_after")
    said, came = [f"{heads[0]},{heads[1]}"], [f"{heads[0]},{heads[2]}"]
    for partner in REGIONS[1:]:
        for sector in ("C26", "C20", "A01_02"):
            before, fall = draw.lognormal(6, 1.2) + 40, draw.uniform(0.5, 1.1)
            ends = f"{4 * before * fall * 0.9:.2f},{4 * before * fall * 1.1:.2f}"
            said.append(f"{partner},{sector},{4 * before:.2f},{4 * before * fall:.2f},{ends}")
            after = before * fall**0.8 * draw.lognormal(0.05, 0.2)
            paid = f"{0.02 * before:.2f},{after * (0.02 + (1 - min(fall, 1)) / 2):.2f}"
            came.append(f"{partner},{sector},{before:.2f},{after:.2f},{paid}")
    whole = {"said.csv": said, "came.csv": came}
    return {name: "\n".join(lines) + "\n" for name, lines in whole.items()} | {"few.csv": FEW}


TEXTS = {"brief": BRIEFING.read_text(encoding="utf-8"), "brief-bare": NO_MEASURE}
"""By name of a page a text that `pax brief` reads; drafts are solved where it states any."""

PAGES = (*QUESTIONS, *TEXTS)


def written_page(name: str, desk: Desk, folder: Path) -> Path:
    """The page of that name, in a new folder below `folder`."""
    if name in QUESTIONS:
        for own, text in {"own.yaml": CHAIN, **_flows()}.items():
            Path(own).write_text(text, encoding="utf-8")
        return pax.report(QUESTIONS[name]().answered(desk), folder / name)
    text = Path(f"{name}.md")
    text.write_text(TEXTS[name], encoding="utf-8")
    asked = Brief(files=[str(text)], run=name == "brief", numbers=True, as_of="2026-03-01")
    whole = Desk(
        today=desk.today
    )  # drafts stand on the US law, which the small economies do not know
    return write(asked.answered(whole), folder / name)
