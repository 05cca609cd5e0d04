"""`pax chain`: what a supply chain still makes when suppliers are cut."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import ClassVar, Self

from pydantic import model_validator

from paxsilica.about import BASELINE
from paxsilica.analysis import chain as of_chain
from paxsilica.analysis.chain import Outage, SupplyChain, SupplyPath, load_chain, over_time
from paxsilica.analysis.chain.blocks import (
    cut_blocks,
    graph_of,
    group_blocks,
    left_blocks,
    path_blocks,
    size_blocks,
    stage_blocks,
)
from paxsilica.desk import Desk
from paxsilica.economy import Economy
from paxsilica.findings import Findings
from paxsilica.model import notes_of
from paxsilica.names import Names
from paxsilica.questions.question import Answer, Day, Question, Share, Written, asked, solver_of


class Chain(Question):
    """What a supply chain still makes when suppliers are cut: bottlenecks, days of cover, the smallest cut."""

    LEFT_OUT: ClassVar = (
        "Prices: what is short goes where it makes most output, not to who pays most. `pax run` and the link below do "
        "prices.",
        "Quality and fit: a plant of the same stage is taken to serve every buyer. Qualification of a new supplier "
        "takes months to years and is not counted unless `spare` and `rebuild` say so.",
        "Capacity beyond normal output, stocks and substitutes that no source states: counted as none, which makes a "
        "cut look worse; suppliers that no source names: they cannot be cut, which makes it look milder.",
        "Who owns a plant, and whose licence it needs, beyond what the shares of a stage count.",
    )

    name: str | None = asked(
        "Packaged chains, or files; none: list them.",
        None,
        example="chips",
        positional=True,
        each=True,
    )
    cut: Written | None = asked(
        "Suppliers to cut: countries or groups.", None, example="CHN,RUS", names="countries"
    )
    stage: Written | None = asked(
        "Cut them at these stages only, by id.", None, example="ore,refine"
    )
    buyers: Written | None = asked(
        "Who may not buy; none: the capacity is lost to all.", None, example="EU", names="countries"
    )
    share: Share = asked("Part that is cut.", 1.0, unit="%", example="50%")
    trusted: Written = asked(
        "The group whose shares are shown.", ("pax-silica",), example="USA,EU", names="countries"
    )
    days: int = asked("Length of the path over time, a multiple of 30.", 720, unit="days")
    target: Share = asked(
        "Output that the smallest cut must bring the chain down to.", 0.5, unit="% of normal"
    )
    link: bool = asked("Solve the shortage in the equilibrium, short run.", False)
    baseline: str = asked("Economy that the shortage is solved in.", BASELINE)
    elasticities: str | None = asked(
        "A published set of trade elasticities for it.", None, example="caliendo_parro"
    )
    as_of: Day | None = asked(
        "Day that membership is counted on.", None, unit="date", example="2026-03-01"
    )

    @model_validator(mode="after")
    def _together(self) -> Self:
        if self.name is None:
            if self.written:
                raise ValueError(
                    "which chain? name one, such as chips; `pax chain` alone lists them"
                )
            return self
        if self.cut is None:
            for name in ("stage", "buyers"):
                if getattr(self, name) is not None:
                    raise ValueError(
                        f"--{name} says what is cut at whose plants; name them with --cut"
                    )
            if self.share != 1 or self.link:
                raise ValueError("nothing is cut; name suppliers with --cut, such as --cut CHN")
        if not self.link and (self.baseline != BASELINE or self.elasticities is not None):
            raise ValueError(
                "--baseline and --elasticities are of the equilibrium that a shortage is solved in; add --link"
            )
        return self

    @property
    def label(self) -> str:
        return Path(self.name).stem if self.name else "chains"

    def answered(self, desk: Desk) -> Answer:
        if self.name is None:
            return self._listed()
        day = self.as_of or desk.today
        return self.model_copy(update={"as_of": day})._of(load_chain(self.name), desk)

    def _listed(self) -> Answer:
        chains = [load_chain(name) for name in of_chain.packaged_chains()]
        titles = {chain.name: chain.title for chain in chains}
        findings = Findings(tuple(size_blocks(chains)))
        return Answer(self, findings, Names(), attachments={"titles": titles})

    def _of(self, chain: SupplyChain, desk: Desk) -> Answer:
        table = desk.economy(self.baseline, self.elasticities) if self.link else None
        names = Names(table, self.as_of)
        buyers = names.countries(self.buyers, "buyers")
        members = names.countries(self.trusted, "trusted")
        cuts = []
        if self.cut is not None:
            suppliers = names.countries(self.cut, "cut")
            cuts = [Outage(suppliers, self.stage or (), buyers, self.share)]
        desk.told(f"solving {chain.name}")
        smallest = of_chain.smallest_cut(chain, self.target)
        time = over_time(chain, cuts, self.days)
        group = names.label(self.trusted)
        blocks = [*size_blocks([chain]), *path_blocks(time), *stage_blocks(time)]
        blocks += group_blocks(time.at_once, of_chain.coverage(chain, members), group)
        if cuts:
            whose = (buyers, names.label(self.buyers)) if self.buyers else (members, group)
            blocks += left_blocks(time.at_once, *whose)
        blocks += cut_blocks(of_chain.single_cuts(chain), smallest)
        written = [*(self.cut or ()), *(self.buyers or ()), *self.trusted]
        answer = Answer(
            question=self,
            findings=Findings(tuple(blocks)),
            names=names,
            notes=(*time.notes, *smallest.notes, *names.notes(written)),
            sources=tuple(chain.sources.values()),
            not_modelled=self.LEFT_OUT,
            attachments={"chain": graph_of(chain)},
            inputs={self.name or "": chain.digest},
        )
        return answer if table is None else _linked(answer, desk, time, table)


def _linked(answer: Answer, desk: Desk, time: SupplyPath, table: Economy) -> Answer:
    """The answer with the shortage solved in the equilibrium."""
    found, blocks, said = of_chain.linked_blocks(desk, time, table)
    notes = [note for one in found for note in (*one.notes, *notes_of(one.outcome))]
    return replace(
        answer,
        findings=answer.findings + blocks,
        notes=(*answer.notes, *notes, *said),
        sources=(*answer.sources, *table.about.sources),
        solver={
            one.reading: solver_of(o.economy, o.params.tolerance, residual=o.residual)
            for one in found
            for o in [one.outcome]
        },
    )
