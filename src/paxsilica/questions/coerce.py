"""`pax coerce`: what a cut of exports costs both sides, for one pair or for every pair."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
from pydantic import model_validator

from paxsilica.about import BASELINE
from paxsilica.analysis.band import band_over
from paxsilica.analysis.baseline import balanced, balanced_sets
from paxsilica.analysis.coercion.counter import relief_blocks, reliefs
from paxsilica.analysis.coercion.matrix import Matrix, beyond_notes, coercion_matrix
from paxsilica.analysis.coercion.pair import baseline_blocks, pair
from paxsilica.cut import Cut
from paxsilica.data.elasticities import paper
from paxsilica.desk import Desk
from paxsilica.economy import Economy, Note
from paxsilica.errors import InputError
from paxsilica.files import cache_folder
from paxsilica.findings import Block, Findings, block
from paxsilica.horizon import HORIZONS, Horizon, old_spelling
from paxsilica.model import Params
from paxsilica.model.cache import keep_made
from paxsilica.names import Names
from paxsilica.names.places import ROW
from paxsilica.questions.draws_asked import draws_asked, draws_field, seed_field, wrong_count
from paxsilica.questions.question import Answer, Day, Question, Share, Written, asked, solver_of

GOODS = ("goods",)
SERVICES = "Services, unless named with --sectors: what is cut is goods."
MOST_REGIONS = 25
"""Regions of a matrix by sector, where none are named."""

Parts = tuple[Sequence[Block], Sequence[Note], dict[str, Any]]
"""Blocks, notes, and what is said of the solver."""


class Coerce(Question):
    """What a cut of exports costs the target and the sender: one pair, or all pairs with --matrix."""

    LEFT_OUT: ClassVar = (
        "Transshipment: the sender's products that reach the target through a third country under another flag. Trade "
        "through others is modelled only as far as the equilibrium reroutes what others make themselves.",
        SERVICES,
        "Countries inside the rest of the world, among them Qatar, as senders or targets.",
        "Months and quarters: the short run (about the first year) is one equilibrium of labour that stays in its sector, "
        "inputs that are hard to replace and sluggish trade. Stocks, stops of production within a sector and panic are in "
        "none of it.",
        "Single products: a sector is a bundle, so that one irreplaceable product in it counts as its average; `pax "
        "chain` does products.",
        "Retaliation and finance: nobody answers the cut, and payments, assets and reserves are not cut.",
    )

    sender: Written | None = asked(
        "Who cuts: regions or groups.", None, example="JPN,KOR", positional=True, names="regions"
    )
    target: Written | None = asked(
        "Who is cut off: regions or groups.", None, example="CHN", positional=True, names="regions"
    )
    sectors: Written | None = asked(
        "What is no longer sold: sectors or groups. Default: goods, by sector all.",
        None,
        example="C26,energy",
        names="sectors",
    )
    share: Share = asked(
        "Part of every sector's product range that is cut.", 1.0, unit="%", example="50%"
    )
    relief: bool = asked("Which policies of the target win most back.", False)
    allies: Written | None = asked(
        "With relief: free trade with whom.", None, example="pax-silica", names="regions"
    )
    matrix: bool = asked("Every sender against every target.", False)
    regions: Written | None = asked(
        "Of the matrix: regions, groups, or a number of the largest.", None, example="25"
    )
    by_sector: bool = asked("The matrix for each sector alone.", False)
    horizon: str | None = asked(
        "Of the matrix: long_run (default), short_run or an age such as 1y.", None
    )
    bands: bool | None = asked(
        "The range over the published sets of trade elasticities; of a matrix when asked: nine times the work.",
        None,
    )
    draws: int | None = draws_field("trade elasticities alone")
    seed: int = seed_field()
    keep: str | None = asked("File of the matrix's answers, to go on from.", None, unit="path")
    baseline: str = asked(
        "A packaged baseline, or the path of your own.", BASELINE, shelf="A packaged baseline."
    )
    elasticities: str | None = asked(
        "A published set of trade elasticities.", None, example="caliendo_parro"
    )
    as_of: Day | None = asked(
        "Day that membership is counted on.", None, unit="date", example="2026-03-01"
    )

    @model_validator(mode="after")
    def _together(self) -> Self:
        if said := wrong_count(self.draws, self.seed):
            raise ValueError(said)
        if self.matrix:
            if self.sender is not None:
                raise ValueError(
                    "--matrix asks of every pair; drop the sender and target, or choose with --regions"
                )
            if self.relief or self.allies is not None:
                raise ValueError(
                    "--relief and --allies are of one pair; name a sender and a target without --matrix"
                )
            if self.by_sector and self.keep:
                raise ValueError(
                    "--keep holds one matrix; with --by-sector each sector has its own file, in the cache"
                )
            return self
        for name in ("regions", "by_sector", "keep"):
            if getattr(self, name):
                raise ValueError(f"--{name.replace('_', '-')} is of the matrix; add --matrix")
        if self.horizon is not None:
            raise ValueError(
                "--horizon is of the matrix; a pair shows the long run and the short run"
            )
        if self.sender is None or self.target is None:
            raise ValueError(
                "who cuts off whom? name a sender and a target, such as `pax coerce CHN IND`, or --matrix"
            )
        if self.allies is not None and not self.relief:
            raise ValueError("--allies says with whom the target could trade freely; add --relief")
        return self

    def answered(self, desk: Desk) -> Answer:
        keep_made()
        names = Names(desk.economy(self.baseline, self.elasticities), self.as_of or desk.today)
        blocks, notes, solver = (self._of_pairs if self.matrix else self._of_pair)(desk, names)
        sides = (self.sender, self.target, self.allies, self.regions)
        written = [name for side in sides for name in side or ()]
        dated = self.as_of is not None or any(map(names.alliance, written))
        return Answer(
            question=self.model_copy(update={"as_of": names.day}) if dated else self,
            findings=Findings(tuple(blocks)),
            names=names,
            notes=(*names.notes(() if self._counted else written), *notes),
            sources=names.table.about.sources,
            not_modelled=self._left_out(names),
            solver=solver,
        )

    def _of_pair(self, desk: Desk, names: Names) -> Parts:
        table, params = names.table, Params()
        senders, targets, allies = (
            names.regions(getattr(self, side), side) for side in ("sender", "target", "allies")
        )
        for side, theirs in (("sender", senders), ("target", targets)):
            if both := [region for region in theirs if region in allies]:
                raise InputError(f"{both[0]} is {side} and ally; leave it out of one of them")
        cut = Cut(senders, targets, self._sectors(names), self.share)
        cut.on(table)
        economy = balanced(desk, table, params)
        draws = draws_asked(self.draws, self.seed)
        others: tuple[Sequence[Economy], Sequence[Note]] = (), ()
        if self.bands is not False or draws:
            others = balanced_sets(desk, table, params, draws)
        found = []
        for horizon in HORIZONS.values():
            desk.progress(f"solving the {horizon}")
            found.append(pair(economy, cut, Params(horizon=horizon), *others, desk.progress))
        blocks = [*baseline_blocks(economy, cut), *(b for its in found for b in its.blocks)]
        if self.relief:
            desk.progress("weighing policies")
            blocks += relief_blocks(reliefs(economy, cut, allies))
        residual = max(its.outcome.residual for its in found)
        notes = [note for its in found for note in its.notes]
        return blocks, notes, solver_of(economy, params.tolerance, residual=residual)

    def _of_pairs(self, desk: Desk, names: Names) -> Parts:
        table, horizon = names.table, self.horizon or "long_run"
        params = Params(Horizon.parse(horizon))
        regions = self._chosen(names)
        if len(regions) < 2:
            raise InputError("a matrix needs two regions at least; name more with --regions")
        sectors = self._sectors(names)
        whole = Cut(regions[:1], regions[1:2], sectors, self.share).on(table).sectors
        economy = balanced(desk, table, params)
        found = self._matrices(desk, regions, whole, params, economy)
        blocks = [block("income", economy.income, {"region": economy.regions})]
        own, more = self._told(found), list[Note]()
        draws = draws_asked(self.draws, self.seed)
        if self.bands or draws:
            others, why = balanced_sets(desk, table, params, draws)
            under = partial(self._matrices, desk, regions, whole, params)
            used = economy.about.elasticities
            band = band_over(used, own, others, lambda e: self._told(under(e)), why, desk.progress)
            own, more = [*band.blocks], [*band.notes]
        blocks += own
        limits = (note for m in found for note in m.notes)
        notes = [old_spelling(horizon), *economy.notes, *limits, *beyond_notes(found), *more]
        unsolved = sum(int(np.isnan(m.table["revenue"]).sum()) for m in found)
        solver = solver_of(economy, params.tolerance, unsolved)
        return blocks, list(filter(None, notes)), solver

    def _matrices(
        self,
        desk: Desk,
        regions: Sequence[str],
        whole: Sequence[str],
        params: Params,
        economy: Economy,
    ) -> list[Matrix]:
        """Of all sectors that are cut together, or of each alone."""
        under = f" with elasticities of {paper(economy.about.elasticities)}" * bool(self.bands)
        return [
            coercion_matrix(
                economy,
                regions,
                part,
                self.share,
                params,
                partial(
                    desk.progress,
                    f"solving pairs{under}{f', {part[0]}' * self.by_sector}",
                ),
                Path(self.keep) if self.keep else None,
                cache_folder("coercion"),
            )
            for part in ([(sector,) for sector in whole] if self.by_sector else [tuple(whole)])
        ]

    def _told(self, found: Sequence[Matrix]) -> list[Block]:
        """What matrices say."""
        each = ((m.findings(), m.sectors[0]) for m in found)
        return [
            b for f, sector in each for b in (f.of(sector=sector) if self.by_sector else f).blocks
        ]

    def _sectors(self, names: Names) -> tuple[str, ...]:
        """What is cut: of a matrix by sector all that there are, unless named."""
        usual = names.table.sectors if self.by_sector else GOODS
        return names.sectors(self.sectors or usual, "sectors")

    def _left_out(self, names: Names) -> tuple[str, ...]:
        """What a reader must know to be left out; services only where none is cut."""
        e = names.table
        goods = e.about.sector_groups.get("goods", e.sectors)
        alone = {*self._sectors(names)} <= {*goods}
        return tuple(line for line in self.LEFT_OUT if alone or line != SERVICES)

    @property
    def _counted(self) -> int | None:
        """How many of the largest regions are asked for, where a number is."""
        alone = " ".join(self.regions or ())
        return int(alone) if alone.isdecimal() else None

    def _chosen(self, names: Names) -> tuple[str, ...]:
        economy = names.table
        if self.regions is None:
            return of_most_income(economy, MOST_REGIONS) if self.by_sector else economy.regions
        if (most := self._counted) is not None:
            if not 2 <= most <= len(economy.regions):
                raise InputError(f"--regions {most}: give 2 to {len(economy.regions)}, or names")
            return of_most_income(economy, most)
        return names.regions(self.regions, "regions")


def of_most_income(economy: Economy, most: int) -> tuple[str, ...]:
    """The regions of most income, largest first; the rest of the world is none."""
    ranked = [economy.regions[at] for at in np.argsort(-economy.income, kind="stable")]
    return tuple(region for region in ranked if region != ROW)[:most]
