"""`pax coerce`: what a cut of exports does to both sides, for one pair or for every pair. Commands only."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from paxsilica.cli_supply import (
    AsOf,
    Json,
    Out,
    check_out,
    command,
    part,
    plain,
    print_sheet,
    write,
)
from paxsilica.errors import InputError, PaxError
from paxsilica.files import cache_folder
from paxsilica.horizon import Horizon, old_spelling
from paxsilica.names import Names, parts
from paxsilica.screen import day, print_json, progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from paxsilica.economy import Economy, Note
    from paxsilica.model import Params

GOODS = ("goods",)


def coerce(
    sender: Annotated[
        str | None, typer.Argument(help="Who cuts: regions or groups, USA or JPN,KOR.")
    ] = None,
    target: Annotated[str | None, typer.Argument(help="Who is cut off: regions or groups.")] = None,
    sectors: Annotated[
        str | None,
        typer.Option(
            help="What is no longer sold: sectors or groups, C26,energy. Default: goods, by sector all."
        ),
    ] = None,
    share: Annotated[
        str, typer.Option(help="Part of every sector's product range that is cut.")
    ] = "100%",
    relief: Annotated[
        bool, typer.Option("--relief", help="Which policies of the target win most back.")
    ] = False,
    allies: Annotated[
        str | None, typer.Option(help="With --relief: free trade with whom, pax-silica.")
    ] = None,
    matrix: Annotated[
        bool, typer.Option("--matrix", help="Every sender against every target.")
    ] = False,
    regions: Annotated[
        str | None, typer.Option(help="Of the matrix: regions, groups, or a number of the largest.")
    ] = None,
    by_sector: Annotated[
        bool, typer.Option("--by-sector", help="The matrix for each sector alone.")
    ] = False,
    horizon: Annotated[
        str | None, typer.Option(help="Of the matrix: long_run (default) or short_run.")
    ] = None,
    keep: Annotated[
        Path | None, typer.Option(help="File of the matrix's answers, to go on from.")
    ] = None,
    baseline: Annotated[
        str, typer.Option(help="A packaged baseline, or the path of your own.")
    ] = "icio2022",
    as_of: AsOf = None,
    json_: Json = False,
    out: Out = None,
) -> None:
    """What a cut of exports costs the target and the sender: one pair, or all pairs with --matrix."""
    asked = _Asked(
        sender,
        target,
        sectors,
        share,
        relief,
        allies,
        matrix,
        regions,
        by_sector,
        horizon,
        keep,
        baseline,
        day(as_of),
    )
    asked.check()
    check_out(out)
    if keep is not None:
        from paxsilica.report.folder import check_above

        check_above(keep.resolve(), keep)
    sheet = asked.matrix_sheet() if matrix else asked.pair_sheet()
    page = write(sheet, out)
    if json_:
        print_json(plain(sheet))
    else:
        print_sheet(sheet, page)
    if keep is not None:
        _refuse_unkept(sheet.notes)


def _refuse_unkept(notes: Sequence[Note]) -> None:
    """The answer has been shown; that the file a person named is not there ends the command with status 1."""
    from paxsilica.analysis.coercion.matrix import NOT_KEPT

    for note in notes:
        if note.name == NOT_KEPT:
            raise PaxError(note.text)


@dataclass(frozen=True)
class _Asked:
    """The arguments and options, as written."""

    sender: str | None = None
    target: str | None = None
    sectors: str | None = None
    share: str = "100%"
    relief: bool = False
    allies: str | None = None
    matrix: bool = False
    regions: str | None = None
    by_sector: bool = False
    horizon: str | None = None
    keep: Path | None = None
    baseline: str = "icio2022"
    on: date | None = None

    def check(self) -> None:
        """Refuse what does not go together, before anything is loaded."""
        if self.matrix:
            if self.sender is not None:
                raise InputError(
                    "--matrix asks of every pair; drop the sender and target, or choose with --regions"
                )
            if self.relief or self.allies is not None:
                raise InputError(
                    "--relief and --allies are of one pair; name a sender and a target without --matrix"
                )
            Horizon.parse(self.horizon or "long_run")
            if self.by_sector and self.keep:
                raise InputError(
                    "--keep holds one matrix; with --by-sector each sector has its own file, in the cache"
                )
            return
        for name, value in (
            ("regions", self.regions),
            ("by-sector", self.by_sector),
            ("keep", self.keep),
        ):
            if value:
                raise InputError(f"--{name} is of the matrix; add --matrix")
        if self.horizon is not None:
            raise InputError(
                "--horizon is of the matrix; a pair shows the long run and the short run"
            )
        if self.sender is None or self.target is None:
            raise InputError(
                "who cuts off whom? name a sender and a target, such as `pax coerce CHN IND`, or --matrix"
            )
        if self.allies is not None and not self.relief:
            raise InputError("--allies says with whom the target could trade freely; add --relief")

    @property
    def day(self) -> date:
        """On which alliances are counted."""
        return self.on or date.today()

    # ---- one pair ----------------------------------------------------------------------------------------------

    def pair_sheet(self) -> Any:
        share = part(self.share, "--share")
        with progress(f"solving {self.sender} against {self.target}"):
            table = self._table()
            names = Names(table, self.day)
            senders = names.regions(self.sender, "sender")
            targets = names.regions(self.target, "target")
            allies = names.regions(self.allies, "--allies")
            asked = (self.sender, self.target, self.allies)
            notes = [note for written in asked for note in names.notes(written)]
            self._check_allies(table, senders, targets, allies)
            from paxsilica.analysis.coercion.pair import pair
            from paxsilica.report.coerce import pair_sheet
            from paxsilica.shock import Cut

            found = pair(
                table,
                Cut(senders, targets, names.sectors(self.sectors, "--sectors") or GOODS, share),
                relief=self.relief,
                allies=allies,
                notes=notes,
            )
            called = [roster.title if roster else "" for roster in map(names.alliance, asked[:2])]
            return pair_sheet(found, self.command(), *called)

    @staticmethod
    def _check_allies(
        table: Economy, senders: tuple[str, ...], targets: tuple[str, ...], allies: tuple[str, ...]
    ) -> None:
        for side, theirs in (("sender", senders), ("target", targets)):
            both = set(table.region_indices(theirs)) & set(table.region_indices(allies))
            if both:
                raise InputError(
                    f"{table.regions[min(both)]} is {side} and ally; leave it out of one of them"
                )

    # ---- all pairs ---------------------------------------------------------------------------------------------

    def matrix_sheet(self) -> Any:
        from paxsilica.model import Params, rebalance
        from paxsilica.report.grips import matrix_sheet
        from paxsilica.report.sector_grips import sectors_sheet
        from paxsilica.shock import Cut

        share = part(self.share, "--share")
        with progress(f"loading {self.baseline}"):
            table = self._table()
            sectors = Names(table).sectors(self.sectors, "--sectors") or (
                table.sectors if self.by_sector else GOODS
            )
            chosen, notes = self._chosen(table)
            notes = [*notes, *filter(None, [old_spelling(self.horizon or "long_run")])]
            names = [table.regions[at] for at in table.region_indices(chosen)]
            if len(names) < 2:
                raise InputError("a matrix needs two regions at least; name more with --regions")
            Cut((names[0],), (names[1],), sectors, share).places(table)
            economy = rebalance(table)
        params = Params(Horizon.parse(self.horizon or "long_run"))
        if not self.by_sector:
            solved = _solved(economy, names, sectors, share, params, self.keep)
            return matrix_sheet(economy, solved, self.command(), notes)
        each = [economy.sectors[at] for at in economy.sector_indices(sectors)]
        found = {}
        for at, sector in enumerate(each):
            told = f"{sector} ({at + 1} of {len(each)})"
            found[sector] = _solved(economy, names, (sector,), share, params, None, told)
        return sectors_sheet(economy, found, self.command(), notes)

    def _chosen(self, table: Economy) -> tuple[tuple[str, ...], list[Note]]:
        """Regions of the matrix, with notes on alliances and groups among them."""
        from paxsilica.report.grips import largest

        if self.regions is None:
            return largest(table) if self.by_sector else table.regions, []
        if self.regions.strip().isdecimal():
            most = int(self.regions)
            if not 2 <= most <= len(table.regions):
                raise InputError(f"--regions {most}: give 2 to {len(table.regions)}, or names")
            return largest(table, most), []
        names = Names(table, self.day)
        return names.regions(self.regions, "--regions"), list(names.notes(self.regions))

    # ---- both --------------------------------------------------------------------------------------------------

    def _table(self) -> Economy:
        from paxsilica.data import load_economy
        from paxsilica.model.cache import keep_compiled

        keep_compiled()
        return load_economy(self.baseline)

    def command(self) -> str:
        usual, words = _Asked(), [word for word in (self.sender, self.target) if word is not None]
        options = {
            name.replace("_", "-"): value
            for name, value in vars(self).items()
            if name not in ("sender", "target", "on") and value != getattr(usual, name)
        }
        said = parts(",".join(filter(None, [*words, self.allies, self.regions])) or None)
        dated = self.on or any(map(Names().alliance, said))
        return command(
            "coerce", words, {**options, "as-of": self.day.isoformat() if dated else None}
        )


def _solved(
    economy: Economy,
    names: list[str],
    sectors: tuple[str, ...],
    share: float,
    params: Params,
    keep: Path | None,
    told: str = "",
) -> Any:
    from paxsilica.analysis.coercion.matrix import coercion_matrix

    cache = cache_folder("coercion")
    with _bar(f"solving {told or 'pairs'}") as moved:
        return coercion_matrix(economy, names, sectors, share, params, moved, keep, cache)


@contextmanager
def _bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on standard error, told (done, all); silent when nobody watches."""
    if not sys.stderr.isatty():
        yield lambda done, all_: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, all_: bar.update(task, completed=done, total=all_)
