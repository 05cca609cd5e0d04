"""`Depend`: on whom a country or group depends."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, ClassVar, Self

from pydantic import model_validator

from paxsilica.analysis.dependency.blocks import (
    age_blocks,
    made_blocks,
    others_block,
    stage_texts,
    traded_blocks,
)
from paxsilica.analysis.dependency.materials import (
    Dependencies,
    dependencies,
    disjoint,
    makers,
    suppliers,
    untraded,
)
from paxsilica.analysis.dependency.reliance import (
    SOLVE,
    Reliance,
    kept_reliance,
    reliance_blocks,
)
from paxsilica.analysis.dependency.tables import packaged
from paxsilica.data.sources import packaged_sources, sources_of
from paxsilica.desk import Desk
from paxsilica.economy import Economy, Note
from paxsilica.errors import InputError
from paxsilica.files import cache_folder
from paxsilica.findings import Block, Findings
from paxsilica.names import Names, inside
from paxsilica.names.places import country_names
from paxsilica.names.products import product
from paxsilica.questions.question import Answer, Day, Question, Written, asked

INPUTS = "icio2022-50"
"""The economy whose inputs are looked through: the one with most sectors."""

IMPORTERS = ("USA", "EU", "CHN", "JPN", "KOR", "IND", "GBR", "BRA", "AUS", "TUR")
"""Countries and groups whose imports stand beside, where they overlap neither side."""

CHOSEN = "CHN"
"""Whose deliveries are shown where no one is asked about."""

ICIO = "oecd_icio"
"""Key in SOURCES.toml of the table that the packaged economies are built from."""

SECTOR_ERROR = (
    "The packaged table spreads every import over all users of a country in proportion, which the source table does "
    "not. Against the source table one supplier's look-through share in a sector (China, all sectors of all other "
    "regions) is off by 0.5 points on average, by 1.2 or more in one of twenty and by 13 at most; the largest foreign "
    "supplier of a sector is another one in 8 % of them. For all inputs of a country together a supplier's share is "
    "off by 0.03 points on average and 1.3 at most."
)

OWN_ERROR = (
    "Which sector uses whose imports: every import is spread over all users of a region in "
    "proportion. How far a look-through share is off by that is not known for this table."
)


class Depend(Question):
    """On whom a country or group depends: materials by source, output by stage, hidden inputs."""

    LEFT_OUT: ClassVar = (
        "Trade of chips, magnets, enriched uranium, refined gallium and indium: the packaged trade "
        "table holds raw-material codes only.",
        "Domestic refining: exports tell where a product was shipped from, not where its stages were "
        "made. Judge minerals by output at each stage, given beside.",
        "All forms of a material together: net imports are of the product traded at one stage, so that they are no "
        "measure of a country's whole reliance, which the US Geological Survey for instance counts over all forms.",
        f"Which sector uses whose imports (look-through): {inside(SECTOR_ERROR)}",
        "Stocks, contracts and ownership: a mine counts for the country it lies in, whoever owns it.",
        "Substitution: no indicator knows whether another material or supplier would do; the chains "
        "(`pax chain`) and the equilibrium (`pax run`) do.",
        "Economic vulnerability (USGS) and economic importance (European Commission): no packaged "
        "data.",
    )

    us: Written = asked(
        "A country or group, or several.",
        unit="names",
        example="IND, EU, pax-silica, JPN,KOR",
        positional=True,
        names="countries",
    )
    them: Written = asked(
        "On whom: a country or group, or several.",
        (),
        unit="names",
        example="CHN,RUS",
        names="countries",
    )
    material: Written = asked(
        "Only the suppliers and makers of this material or HS code.",
        (),
        unit="names",
        example="270900",
        several=True,
    )
    year: int | None = asked("Year of the trade data; default the last.", None, unit="year")
    inputs: bool = asked("Look through the inputs of every sector too.", False, unit="yes or no")
    baseline: str = asked("Economy that inputs are looked through in.", INPUTS)
    as_of: Day | None = asked(
        "Day that membership and the age of data are counted on.",
        None,
        unit="date",
        example="2026-03-01",
    )

    @model_validator(mode="after")
    def _together(self) -> Self:
        if self.material and (self.them or self.inputs):
            raise ValueError(
                "--material asks for the suppliers of a material alone; drop --them and --inputs"
            )
        if self.baseline != INPUTS and not self.inputs:
            raise ValueError(
                "--baseline says in which economy inputs are looked through; add --inputs"
            )
        return self

    def answered(self, desk: Desk) -> Answer:
        on = self.as_of or desk.today
        economy = desk.economy(self.baseline) if self.inputs else None
        names = Names(economy, on)
        ours, theirs = names.countries(self.us, "us"), names.countries(self.them, "--them")
        if not {*ours, *theirs} <= set(country_names()):
            ours, theirs = names.regions(self.us, "us"), names.regions(self.them, "--them")
        disjoint(ours, theirs)
        own = [label for label in (*ours, *theirs) if label not in country_names()]
        called = names.label(self.us), names.label(self.them)
        attached: dict[str, Any] = {"members": {"us": ours, "them": theirs}}
        blocks, notes = list[Block](), list[Note]()
        left_out: tuple[str, ...] = self.LEFT_OUT
        if self.material:
            codes = dict.fromkeys(product(written, "--material") for written in self.material)
            attached["materials"] = {}
            for code in codes:
                made, why = makers(code), untraded(code)
                if why and self.year is not None:
                    raise InputError(f"--year is of trade, which has no code of {why}; drop it")
                if not why:
                    blocks += suppliers(ours, code, self._traded_in, called=called[0]).blocks
                blocks += made.blocks
                attached["materials"][code] = {"untraded": why, "made": [*made.cells("product")]}
        elif own:
            notes, left_out = [self._without_materials(", ".join(own))], ()
        else:
            desk.progress("reading trade and output")
            d = dependencies(ours, theirs, called=called)
            blocks, notes = self._materials(d, self._traded_in, on)
            attached["stages"] = stage_texts(d)
        keys = (key for b in blocks for key in b.source.split(", ") if key)
        answer = Answer(
            question=self.model_copy(update={"as_of": on}),
            findings=Findings(tuple(blocks)),
            names=names,
            notes=notes,
            sources=sources_of(dict.fromkeys(keys)),
            not_modelled=left_out,
            attachments=attached,
        )
        return answer if economy is None else self._inputs(answer, economy, desk)

    @property
    def _traded_in(self) -> int:
        """The year of trade that is asked about; the last of the packaged table where none is named."""
        return packaged().trade.years[-1] if self.year is None else self.year

    def _materials(self, d: Dependencies, year: int, on: date) -> tuple[list[Block], list[Note]]:
        """What is traded, and what is made at which stage."""
        last = max(d.tables.years)
        blocks = [
            *traded_blocks(d, year),
            *_imports_of_others(d, year),
            *made_blocks(d),
            *age_blocks(d.tables, on),
        ]
        text = f"the tables hold numbers up to the end of {last}, after the day asked about, {on}; they have no age"
        newer = [Note("data_newer", text)] if on.year <= last else []
        return blocks, [*Names(day=on).notes((*self.us, *self.them)), *newer, *d.notes]

    def _without_materials(self, own: str) -> Note:
        """Of a baseline with labels of its own inputs alone are known."""
        if self.year is not None:
            raise InputError(f"--year is of trade in materials, which has no {own}; drop it")
        text = (
            f"materials are known of countries, and {own} is none: inputs are looked through alone"
        )
        return Note("no_materials", text)

    def _inputs(self, answer: Answer, economy: Economy, desk: Desk) -> Answer:
        """What is hidden in the inputs of every sector of one region."""
        ours, theirs = answer.attachments["members"].values()
        if len(ours) != 1:
            raise InputError(
                f"--inputs looks through the inputs of one region of {self.baseline}, not of a group; drop it"
            )
        reporter = answer.names.region(self.us, "us")
        desk.progress("looking through inputs")
        key = (SOLVE, economy.digest)
        found: Reliance = desk.warm(key, lambda: kept_reliance(economy, cache_folder(SOLVE)))
        (supplier,) = theirs if len(theirs) == 1 and theirs[0] in economy.regions else ("",)
        known = economy.about.sources == packaged_sources()
        blocks = reliance_blocks(economy, found, reporter, supplier, ICIO if known else "")
        solved = {
            "status": "solved directly: one factorisation of I - A",
            "residual": found.residual,
            "economy": economy.digest,
        }
        return replace(
            answer,
            findings=answer.findings + blocks,
            notes=(*answer.notes, *(() if known else economy.notes)),
            sources=(*answer.sources, *economy.about.sources),
            not_modelled=answer.not_modelled if known else (*answer.not_modelled, OWN_ERROR),
            solver={SOLVE: solved},
        )


def _imports_of_others(d: Dependencies, year: int) -> list[Block]:
    """Imports of others from `them`; where nobody was named, of all from `CHOSEN`, unless it is `us`."""
    theirs, (us, them) = d.them or (CHOSEN,), d.called
    if set(theirs) & set(d.us):
        return []
    others = {label: Names().countries(label) for label in IMPORTERS}
    others = {who: its for who, its in others.items() if not set(its) & {*d.us, *theirs}}
    if not d.them:
        others = {us: d.us, **others}
    return [others_block(d.tables, others, theirs, them or CHOSEN, year)]
