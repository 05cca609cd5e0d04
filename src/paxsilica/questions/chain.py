"""`pax chain`: what a supply chain still makes when suppliers are cut.

In the findings `product` is a chain, `item` a stage, `region` a country or several joined by `+`, `point` a day after
the cut, and `scenario` a reading of a shortage in the equilibrium.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
from pydantic import model_validator

from paxsilica.about import BASELINE
from paxsilica.analysis import chain as of_chain
from paxsilica.analysis.chain import Outage, SupplyChain, load_chain, over_time
from paxsilica.analysis.chain.link import linked_blocks
from paxsilica.desk import Desk
from paxsilica.findings import Block, Findings, block
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
        findings = Findings(tuple(_size_blocks(chains)))
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
        desk.progress(f"solving {chain.name}")
        smallest, no_set = of_chain.smallest_cut(chain, self.target)
        time, group = over_time(chain, cuts, self.days), names.label(self.trusted)
        blocks = [*_size_blocks([chain]), *time.blocks()]
        blocks += of_chain.coverage(chain, members, group)
        if cuts:
            whose = (buyers, names.label(self.buyers)) if self.buyers else (members, group)
            blocks += time.at_once.left_to(*whose)
        blocks += [*of_chain.single_cuts(chain), *smallest]
        written = [*(self.cut or ()), *(self.buyers or ()), *self.trusted]
        notes = [*time.notes, *no_set, *names.notes(written)]
        sources, solved = list(chain.sources.values()), {}
        if table is not None:
            linked, of_link, said = linked_blocks(desk, time, table)
            blocks += of_link
            notes += [n for one in linked for n in (*one.notes, *notes_of(one.outcome))]
            notes += said
            sources += table.about.sources
            solved = {one.reading: one.outcome for one in linked}
        return Answer(
            question=self,
            findings=Findings(tuple(blocks)),
            names=names,
            notes=notes,
            sources=sources,
            not_modelled=self.LEFT_OUT,
            solver={
                reading: solver_of(o.economy, o.params.tolerance, residual=o.residual)
                for reading, o in solved.items()
            },
            attachments={"chain": _graph_of(chain)},
            inputs={self.name or "": chain.digest},
        )


def _graph_of(chain: SupplyChain) -> dict[str, Any]:
    """What of a chain is no number, as an answer attaches it."""
    shown = ("id", "name", "layer", "basis", "missing", "capital", "source", "note")
    of_link = ("stage", "sectors", "kind", "note")
    stages = [
        {key: getattr(s, key) for key in shown} | {"inputs": [used.stage for used in s.inputs]}
        for s in chain.stages
    ]
    return {
        "schema": "paxsilica/chain-graph@1",
        "name": chain.name,
        "title": chain.title,
        "final": chain.final,
        "stages": stages,
        "links": [{key: getattr(link, key) for key in of_link} for link in chain.links],
        "sources": {key: source.title for key, source in chain.sources.items()},
    }


def _size_blocks(chains: Sequence[SupplyChain]) -> Iterator[Block]:
    """How many stages chains have, and from when their data are."""
    named = {"product": [chain.name for chain in chains]}
    known = [len(chain.stages) - len(chain.unknown) for chain in chains]
    years = [[float(s.year) for s in chain.stages if s.year] or [np.nan] for chain in chains]
    span = {"point": ("first", "last")}
    yield block("stages", [len(chain.stages) for chain in chains], named)
    yield block("stages_with_data", known, named)
    yield block("data_year", [(min(of), max(of)) for of in years], named, span)
