"""`pax ally`: what an alliance is worth, what one more member adds, whether members would stay, who should be next."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from paxsilica.cli_supply import (
    AsOf,
    Json,
    Out,
    check_out,
    command,
    plain,
    print_sheet,
    write,
)
from paxsilica.errors import InputError
from paxsilica.horizon import Horizon, old_spelling
from paxsilica.screen import day, print_json, progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from paxsilica.economy import Economy, Note

VALUES = "preference,leverage,resilience"


def ally(
    members: Annotated[
        str, typer.Argument(help="An alliance, groups or countries: pax-silica, EU, USA,JPN,KOR.")
    ] = "pax-silica",
    add: Annotated[
        str | None, typer.Option(help="Who would join: countries or groups, IND or IND,BRA.")
    ] = None,
    who_next: Annotated[
        bool, typer.Option("--who-next", help="Rank everybody outside by what they add.")
    ] = False,
    against: Annotated[str, typer.Option(help="The adversary.")] = "CHN",
    value: Annotated[str, typer.Option(help="Values: preference, leverage, resilience.")] = VALUES,
    rivals: Annotated[
        str | None, typer.Option(help="A rival bloc, free of tariffs inside: CHN,RUS.")
    ] = None,
    chain: Annotated[str, typer.Option(help="The chain whose layers are covered.")] = "ai-stack",
    baseline: Annotated[str, typer.Option(help="Economy that is solved.")] = "icio2022",
    horizon: Annotated[str, typer.Option(help="long_run or short_run.")] = "long_run",
    permutations: Annotated[
        int, typer.Option(help="Orders of entry sampled beyond 12 blocs, an even number.")
    ] = 40,
    as_of: AsOf = None,
    json_: Json = False,
    out: Out = None,
) -> None:
    """What an alliance is worth, what a newcomer adds, who would stay, who should be next."""
    asked = _Asked(
        members,
        add,
        who_next,
        against,
        value,
        rivals,
        chain,
        baseline,
        horizon,
        permutations,
        day(as_of),
    )
    asked.check()
    check_out(out)
    sheet = asked.next_sheet() if who_next else asked.sheet()
    page = write(sheet, out)
    if json_:
        print_json(plain(sheet))
    else:
        print_sheet(sheet, page)


@dataclass(frozen=True)
class _Asked:
    """The options, as written."""

    members: str
    add: str | None = None
    who_next: bool = False
    against: str = "CHN"
    value: str = VALUES
    rivals: str | None = None
    chain: str = "ai-stack"
    baseline: str = "icio2022"
    horizon: str = "long_run"
    permutations: int = 40
    on: date | None = None

    def check(self) -> None:
        """Refuse what contradicts itself."""
        if self.who_next:
            usual = _Asked("")
            for name in ("add", "value", "rivals", "permutations"):
                if getattr(self, name) != getattr(usual, name):
                    raise InputError(
                        f"--who-next asks about everybody outside, one by one; drop --{name}"
                    )
        Horizon.parse(self.horizon)

    @property
    def day(self) -> date:
        return self.on or date.today()

    def question(self, economy: Economy, chain: Any, notes: tuple[Note, ...] = ()) -> Any:
        from paxsilica.names import Names, parts
        from paxsilica.report.ally_words import Question

        names = Names(economy, self.day)
        return Question(
            alliance=names.say(self.members, inside=True),
            added=names.say(self.add, inside=True),
            adversary=names.say(self.against, inside=True),
            rivals=names.say(self.rivals, inside=True),
            chain=chain,
            day=self.day,
            command=self.command(),
            notes=(
                *notes,
                *filter(None, [old_spelling(self.horizon)]),
                *Names(day=self.day).notes((*parts(self.members), *parts(self.add))),
            ),
        )

    def ask(self, table: Economy) -> Any:
        from paxsilica.analysis.alliance.assess import Ask
        from paxsilica.analysis.alliance.roster import alliance, opposed
        from paxsilica.analysis.alliance.values import CRITICAL
        from paxsilica.model import Params, rebalance
        from paxsilica.model.cache import keep_compiled
        from paxsilica.names import parts

        keep_compiled()
        economy = rebalance(table)
        sectors = tuple(sector for sector in CRITICAL if sector in economy.sectors)
        if not sectors:
            raise InputError(
                f"{self.baseline} has none of the critical sectors {', '.join(CRITICAL)}; label them so"
            )
        inside, new = parts(self.members, "members"), parts(self.add, "--add")
        after = alliance(economy, inside, new, self.day)
        against, notes = opposed(economy, parts(self.against, "--against"), self.day, "--against")
        rivals, more = (
            ((), ())
            if self.rivals is None
            else opposed(economy, parts(self.rivals, "--rivals"), self.day, "--rivals")
        )
        return Ask(
            economy=economy,
            after=replace(after, notes=(*after.notes, *notes, *more)),
            adversary=against,
            kinds=parts(self.value, "--value"),
            rivals=rivals,
            sectors=sectors,
            params=Params(Horizon.parse(self.horizon)),
            permutations=self.permutations,
        )

    def sheet(self) -> Any:
        from paxsilica.analysis.alliance.assess import assess
        from paxsilica.analysis.chain import load_chain
        from paxsilica.data import load_economy, under_every_set
        from paxsilica.model import rebalance
        from paxsilica.report.ally import ally_sheet

        with progress("loading the model"):
            table = load_economy(self.baseline)
            ask, chain = self.ask(table), load_chain(self.chain)
            tables, notes = under_every_set(table)
            used = ask.economy.about.elasticities
            economies = [
                ask.economy if e.about.elasticities == used else rebalance(e) for e in tables
            ]
        with _counting() as told:
            found = assess(ask, chain, economies, told)
            return ally_sheet(found, self.question(ask.economy, chain, notes))

    def next_sheet(self) -> Any:
        from paxsilica.analysis.alliance.who_next import who_next
        from paxsilica.analysis.chain import load_chain
        from paxsilica.data import load_economy
        from paxsilica.report.ally_next import next_sheet

        with progress("loading the model"):
            ask, chain = self.ask(load_economy(self.baseline)), load_chain(self.chain)
        with _counting() as told:
            return next_sheet(who_next(ask, chain, told), self.question(ask.economy, chain))

    def command(self) -> str:
        usual = _Asked(self.members)
        said = {
            name: value
            for name, value in vars(self).items()
            if value != getattr(usual, name) and name != "on"
        }
        options = {name.replace("_", "-"): value for name, value in said.items()}
        return command("ally", [self.members], {**options, "as-of": self.day.isoformat()})


@contextmanager
def _counting() -> Iterator[Callable[[str, int, int], None] | None]:
    """A bar on standard error for each thing that is solved; None when nobody watches."""
    if not sys.stderr.isatty():
        yield None
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
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        tasks: dict[str, Any] = {}

        def told(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = shown.add_task(what, total=total)
            shown.update(tasks[what], completed=done, total=total)

        yield told
