"""`pax show` and `pax validate`: what the system knows, and what a file would do, in words."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer

from paxsilica.about import BASELINE
from paxsilica.cli.screen import Json, parsed_day, print_json, print_rows, say

show_app = typer.Typer(
    help="Print what the system knows: regions, sectors, measures, the baseline."
)

Baseline = Annotated[str, typer.Option(help="A packaged baseline, or the path of your own.")]


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
    from paxsilica.policy import load_scenario

    day = parsed_day(as_of) if as_of else None
    for file in files:
        scenario = load_scenario(file)
        economy = baseline_of(scenario)
        scenario.compile(economy, day)
        said = (f"  - {sentence}" for sentence in scenario.read_back(economy, day))
        beware = (f"  ! {note.text}" for note in economy.notes if note.leads)
        say(f"{file}: valid. {scenario.title}", *said, *beware)


@show_app.command()
def schema() -> None:
    """The JSON Schema of the answers that --json prints."""
    from paxsilica.report.envelope import answer_schema

    print_json(answer_schema())


@show_app.command()
def regions(baseline: Baseline = BASELINE, json_: Json = False) -> None:
    """Regions of a baseline and the groups that hold them."""
    _show_labels("region", baseline, json_)


@show_app.command()
def sectors(baseline: Baseline = BASELINE, json_: Json = False) -> None:
    """Sectors of a baseline, with their trade elasticities and groups."""
    _show_labels("sector", baseline, json_)


@show_app.command()
def measures(json_: Json = False) -> None:
    """Kinds of measures a scenario may hold: fields, units, ranges, meanings."""
    from paxsilica.policy import measure_table

    print_rows(measure_table(), json_)


@show_app.command()
def economy(
    baseline: Baseline = BASELINE,
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
    print_rows(checks, False)
    print("\nRepairs and caveats")
    for note in notes:
        moved, unit = note["usd_million"], loaded.about.unit
        size = "" if moved is None else f" [{moved:,.0f} {unit}]"
        say(f"  {note['name']}{size}: {note['text']}")


def _show_labels(axis: str, baseline: str, json_: bool) -> None:
    from paxsilica.data import load_economy

    e = load_economy(baseline)
    money = f"billion {e.about.currency}"
    labels, name, groups = (
        (e.regions, e.region_name, e.about.region_groups)
        if axis == "region"
        else (e.sectors, e.sector_name, e.about.sector_groups)
    )
    rows: list[dict[str, Any]] = []
    for at, label in enumerate(labels):
        row: dict[str, Any] = {axis: label, "name": name(label)}
        if axis == "region":
            row[f"GDP, {money}"] = round(float(e.gdp[at]) / 1e3, 1)
        else:
            row["trade elasticity"] = round(float(e.trade_elasticity[at]), 3)
            row[f"world output, {money}"] = round(float(e.output[:, at].sum()) / 1e3, 1)
        row["groups"] = ", ".join(group for group, members in groups.items() if label in members)
        rows.append(row)
    print_rows(rows, json_)
