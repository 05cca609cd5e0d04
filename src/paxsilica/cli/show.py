"""`pax show` and `pax validate`: what the system knows, and what a file would do, in words."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict
from typing import Annotated

import typer

from paxsilica.about import BASELINE
from paxsilica.cli.screen import Json, parsed_day, print_json, print_rows, say

show_app = typer.Typer(
    help="Print what the system knows: regions, sectors, measures, the baseline."
)

BaselineName = Annotated[str, typer.Option(help="A packaged baseline, or the path of your own.")]


def validate(
    files: Annotated[
        list[str], typer.Argument(help="Scenario files; `a.yaml+b.yaml` stacks two into one.")
    ],
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="DATE", help="Measures in force on this day (2025-08-27)."),
    ] = None,
) -> None:
    """Check scenario files against their baselines and say in words what each measure does; solve nothing."""
    from paxsilica.analysis.baseline import baseline_of
    from paxsilica.desk import Desk
    from paxsilica.policy import load_scenario

    day, desk = parsed_day(as_of) if as_of else None, Desk()
    for file in files:
        scenario = load_scenario(file)
        economy = baseline_of(scenario, desk)
        scenario.compile(economy, day)
        said = (f"  - {sentence}" for sentence in scenario.read_back(economy, day))
        beware = (f"  ! {note.text}" for note in economy.notes if note.leads)
        say(f"{file}: valid. {scenario.title}", *said, *beware)


@show_app.command("schema")
def show_schema() -> None:
    """The JSON Schema of the answers that --json prints."""
    from paxsilica.report.envelope import answer_schema

    print_json(answer_schema())


@show_app.command()
def regions(baseline: BaselineName = BASELINE, json_: Json = False) -> None:
    """Regions of a baseline, and the groups and alliances that hold them today."""
    from datetime import date

    from paxsilica.data import load_economy
    from paxsilica.names.rosters import rosters

    e, today = load_economy(baseline), date.today()
    alliances = {name: roster.on(today) for name, roster in rosters().items()}
    rows = [
        {
            "region": region,
            "name": e.region_name(region),
            f"GDP, billion {e.about.currency}": round(gdp / 1e3, 1),
            "groups": _holding(e.about.region_groups, region),
            "alliances": _holding(alliances, region),
        }
        for region, gdp in zip(e.regions, e.gdp.tolist(), strict=True)
    ]
    print_rows(rows, json_)


@show_app.command()
def sectors(baseline: BaselineName = BASELINE, json_: Json = False) -> None:
    """Sectors of a baseline, with their trade elasticities and groups."""
    from paxsilica.data import load_economy

    e = load_economy(baseline)
    made = e.output.sum(0).tolist()
    rows = [
        {
            "sector": sector,
            "name": e.sector_name(sector),
            "trade elasticity": round(theta, 3),
            f"world output, billion {e.about.currency}": round(output / 1e3, 1),
            "groups": _holding(e.about.sector_groups, sector),
        }
        for sector, theta, output in zip(e.sectors, e.trade_elasticity.tolist(), made, strict=True)
    ]
    print_rows(rows, json_)


@show_app.command()
def paths(json_: Json = False) -> None:
    """Where files of this system lie outside the folders that a command names."""
    from paxsilica.files import own_folders

    holds = {
        "cache": "compiled equations and solved cuts; may be deleted at any time",
        "store": "what `pax brief` keeps (brief.sqlite), unless --store names another place",
    }
    rows = [
        {"what": name, "path": str(path), "holds": holds[name]}
        for name, path in own_folders().items()
    ]
    print_rows(rows, json_)


def _holding(groups: Mapping[str, Collection[str]], label: str) -> str:
    return ", ".join(group for group, members in groups.items() if label in members)


@show_app.command()
def measures(json_: Json = False) -> None:
    """Kinds of measures a scenario may hold: what each is, how it enters the model, its fields with units and ranges."""
    from paxsilica.policy import kinds_table, measure_table

    fields = measure_table()
    if json_:
        of = {kind.pop("kind"): kind for kind in kinds_table()}
        print_json([row | (of[row["kind"]] if row["field"] == "kind" else {}) for row in fields])
        return
    print_rows([{k: v for k, v in kind.items() if k != "example"} for kind in kinds_table()])
    print()
    print_rows(fields)


@show_app.command()
def policy(
    name: Annotated[
        str | None, typer.Argument(help="One policy, such as china-controls; all without it.")
    ] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE", help="Only what is in force that day.")
    ] = None,
    json_: Json = False,
) -> None:
    """Policies that a scenario may name, such as policy:china-controls@2025-10-10: dates, sources, what each leaves out."""
    from paxsilica.policy.catalogue import catalogue, described

    day = parsed_day(as_of) if as_of else None
    found = [described(name)] if name else [*catalogue()]
    rows = [row for entry in found for row in entry.rows(day)]
    if not name and not day:
        print_rows([entry.line() for entry in found], json_)
    elif json_ or rows:
        print_rows(rows, json_)
    if name and not json_:
        (entry,) = found
        gaps = (f"  - left out: {text}" for text in entry.leaves_out)
        sources = (f"  - source: {text}" for text in entry.sources)
        say(f"{entry.name}: {entry.title}. {entry.known}", *sources, *gaps)
    elif not json_:
        say(
            "",
            "`pax show policy NAME` shows one, policy:NAME@DATE stands wherever a scenario file does.",
        )


@show_app.command()
def economy(
    baseline: BaselineName = BASELINE,
    elasticities: Annotated[
        str | None, typer.Option(help="A published set of trade elasticities.")
    ] = None,
    json_: Json = False,
) -> None:
    """Checks of a baseline against outside facts, and every repair that was made."""
    from paxsilica.data import economy_checks, load_economy

    loaded = load_economy(baseline, elasticities=elasticities)
    checks = [asdict(check) for check in economy_checks(loaded)]
    notes = [asdict(note) for note in loaded.notes]
    if json_:
        print_json(
            {"title": loaded.about.title, "digest": loaded.digest, "checks": checks, "notes": notes}
        )
        return
    say(loaded.about.title, "")
    print_rows(checks)
    print("\nRepairs and caveats")
    for note in notes:
        moved, unit = note["usd_million"], loaded.about.unit
        size = "" if moved is None else f" [{moved:,.0f} {unit}]"
        say(f"  {note['name']}{size}: {note['text']}")
