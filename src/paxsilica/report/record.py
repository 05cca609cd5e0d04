"""A run as JSON: for `pax run --json`, and `run.json`, which holds enough to repeat the run."""

from __future__ import annotations

import hashlib
import json
import math
import platform
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from paxsilica import __version__
from paxsilica.economy import Economy, Note
from paxsilica.horizon import LONG_RUN
from paxsilica.model.welfare import first_order
from paxsilica.report.reading import focus_of, real_income_money, real_income_percent
from paxsilica.report.summary import summary_lines

if TYPE_CHECKING:
    from paxsilica.analysis.run import Run
    from paxsilica.model.outcome import Outcome

PACKAGES = (
    "jax",
    "jaxlib",
    "numpy",
    "pandas",
    "pydantic",
    "ruamel.yaml",
    "altair",
    "vl-convert-python",
    "jinja2",
)
"""What the numbers and the pictures depend on."""

UNITS = {
    "real_income_change_percent": "exact change of real income, % of the baseline; minus is a loss",
    "real_income_change_million_usd": "the same in million USD of the baseline year",
    "first_order_percent_of_income": "first-order terms, % of baseline income; their sum is real income for small "
    "measures only",
    "residuals": "largest relative gap of each block of equations",
}

IN_THE_LONG_RUN = (
    "Time: two long-run equilibria are compared. What it costs to get there (unemployment, stranded plants, months "
    "without a supplier) is not counted, so a ban looks milder than it feels."
)

BEFORE_THE_LONG_RUN = (
    "Time: the short run is an equilibrium too, in which less has adjusted. Unemployment, stocks, the weeks before a "
    "first substitute arrives, and the path from here to the long run are not counted."
)

MODEL_LIMITS = (
    "Sectors are bundles: a measure on some of a sector's products is an average over all of them.",
    "Tariffs on services, and behaviour other than buying and selling: investment, migration, exchange rates, "
    "monetary policy, retaliation that the scenario does not state.",
    "Uncertainty: one set of trade elasticities gives one number and no band. Run the scenario with other sets "
    "before quoting a digit.",
)


@dataclass(frozen=True)
class ScenarioFile:
    """A scenario file as it was read: base name, sha256 of its bytes, text."""

    name: str
    sha256: str
    text: str


def as_json(run: Run) -> dict[str, Any]:
    """The result as plain JSON values: no NaN, no time of day, the same for the same run."""
    o, e, f = run.outcome, run.outcome.economy, focus_of(run)
    first = first_order(o)
    terms = {term.name: getattr(first, term.name) for term in fields(first)} | {
        "sum": first.welfare
    }
    record = {
        "title": run.scenario.title,
        "as_of": run.as_of.isoformat() if run.as_of else None,
        "baseline": {
            "name": e.about.name,
            "title": e.about.title,
            "year": e.about.year,
            "digest": e.digest,
        },
        "status": o.status.value,
        "residual": o.residual,
        "residuals": dict(o.residuals),
        "walras": o.walras,
        "iterations": o.iterations,
        "tolerance": o.params.tolerance,
        "real_income_change_percent": dict(
            zip(e.regions, real_income_percent(run).tolist(), strict=True)
        ),
        "real_income_change_million_usd": dict(
            zip(e.regions, real_income_money(run).tolist(), strict=True)
        ),
        "first_order_percent_of_income": {
            name: dict(zip(e.regions, (100 * values).tolist(), strict=True))
            for name, values in terms.items()
        },
        "units": UNITS,
        "summary": summary_lines(run),
        "focus": asdict(f),
        "measures": _measures(run),
        "assumptions": {
            **run.scenario.assumptions.model_dump(mode="json"),
            "elasticities": e.about.elasticities,
            **params_of(run),
        },
        "notes": [asdict(note) for note in (*run.notes, *notes_of(run.outcome))],
        "not_modelled": left_out(run),
    }
    plain: dict[str, Any] = _plain(record)
    return plain


def run_record(run: Run) -> dict[str, Any]:
    """What `run.json` holds. Only `created` and `solve_seconds` differ between two equal runs."""
    o, e = run.outcome, run.outcome.economy
    record = {
        "schema": "paxsilica/run@1",
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "solve_seconds": run.solve_seconds,
        "paxsilica": __version__,
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
        "packages": {name: _version(name) for name in PACKAGES},
        "scenario": {
            "title": run.scenario.title,
            "files": [asdict(file) for file in scenario_files(run)],
        },
        "baseline": {
            "name": run.scenario.baseline,
            "title": e.about.title,
            "year": e.about.year,
            "digest": e.digest,
            "elasticities": e.about.elasticities,
        },
        "as_of": run.as_of.isoformat() if run.as_of else None,
        "params": params_of(run),
        "seed": None,
        "status": o.status.value,
        "residual": o.residual,
        "residuals": dict(o.residuals),
        "walras": o.walras,
        "iterations": o.iterations,
        "repeat": "save each scenario text under its name, install the versions above, and run: "
        + _command(run),
    }
    plain: dict[str, Any] = _plain(record)
    return plain


def params_of(run: Run) -> dict[str, Any]:
    """The horizon and every number of the model; infinity is the text `inf`, which `float` can read."""
    params = run.outcome.params
    numbers = {**asdict(params), **asdict(params.horizon), "horizon": params.horizon.key}
    return {name: "inf" if value == math.inf else value for name, value in numbers.items()}


def notes_of(outcome: Outcome | Economy) -> list[Note]:
    """The repairs an outcome rests on; where the baseline was rebalanced, the clip's advice to do so is left out."""
    if all(note.name != "rebalanced" for note in outcome.notes):
        return list(outcome.notes)
    return [
        replace(note, text=note.text.partition(" The table is then no equilibrium")[0])
        if note.name == "clipped_final_spending"
        else note
        for note in outcome.notes
    ]


def left_out(run: Run) -> list[str]:
    """What the numbers do not contain: by the scenario, by the baseline, by the model."""
    adjusted = run.outcome.params.horizon == LONG_RUN
    return [
        *run.scenario.not_modelled,
        *run.outcome.economy.about.not_modelled,
        IN_THE_LONG_RUN if adjusted else BEFORE_THE_LONG_RUN,
        *MODEL_LIMITS,
    ]


def scenario_files(run: Run) -> list[ScenarioFile]:
    """The files of the scenario; one that came from no file is written out as JSON, which is YAML too."""
    texts = run.scenario.texts
    if not texts:
        texts = {
            "scenario.yaml": json.dumps(run.scenario.as_dict(), indent=2, ensure_ascii=False) + "\n"
        }
    return [
        ScenarioFile(name, hashlib.sha256(text.encode()).hexdigest(), text)
        for name, text in texts.items()
    ]


def versions() -> dict[str, str]:
    """Name and version of everything the result depends on."""
    return {
        "paxsilica": __version__,
        "Python": platform.python_version(),
        **{n: _version(n) for n in PACKAGES},
    }


def _measures(run: Run) -> dict[str, str]:
    ids = [measure.id for measure in run.scenario.in_force(run.as_of)]
    return dict(zip(ids, run.scenario.sentences(run.outcome.economy, run.as_of), strict=True))


def _command(run: Run) -> str:
    day = f" --as-of {run.as_of.isoformat()}" if run.as_of else ""
    return f"pax run {'+'.join(file.name for file in scenario_files(run))}{day} --out report"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"


def _plain(value: Any) -> Any:
    """Lists, dicts, text and finite numbers; what is not finite becomes null."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    return value
