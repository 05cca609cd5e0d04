"""Estimate how US imports answered the duties of 2018 and 2019, by month since a duty rose. Run by maintainers:

python tools/estimate_response.py --shared ../shared [--simulate 200] [--out src/paxsilica/data/packaged]

It prints the path, the months before, the variants and, where asked, how often the bands hold a known path; writes
the tables `responses.csv` (its own set; the other sets stay) and `responses_covariance.csv`, and into docs/estimate.md what
that page quotes. `docs/estimate.md` has the specification. It reads no month after January 2020.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd
import pyfixest as pf
from scipy.stats import chi2

from given import SHARED
from paxsilica.data.responses import COVARIANCES, OWN_RESPONSES, RESPONSES
from paxsilica.data.sources import PACKAGED
from response_bands import (
    EFFECTS,
    Array,
    Jackknife,
    carried,
    coverage,
    critical,
    demeaned,
    design,
    outcomes,
)
from response_curves import ASKED, curves
from response_panel import (
    CALM,
    LAST_AGE,
    LEADS,
    Panel,
    column,
    long_frame,
    read_panel,
    regressors,
    stepped,
    years_earlier,
)

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGE, PICTURE = DOCS / "estimate.md", DOCS / "images" / "response-path.png"
SOURCE = "docs/estimate.md; US Census, imports for consumption 2015-01 to 2020-01"
COLUMNS = ("set", "goods", "months", "response", "se", "origin", "source")
MONTHS = range(LAST_AGE + 1)
WINDOWS = ((0, 2), (3, 5), (6, 8), (9, 11), (12, 15))
QUIET = ("2013-01", "2018-01")
"""Months without a tariff, as many as those of the estimate and 24 earlier."""


@dataclass(frozen=True)
class Estimated:
    """Responses by age of goods, positive where a duty cuts trade, with their covariance.

    Attributes:
        ages: `[m]` those identified, leads negative.
        response, covariance: `[m]`, `[m,m]`.
        cells, treated: how many the sample has, and how many of them with a step of these goods.
    """

    ages: tuple[int, ...]
    response: Array
    covariance: Array
    cells: int
    treated: int

    @property
    def se(self) -> Array:
        return np.sqrt(np.diag(self.covariance))

    def part(self, ages: Iterable[int]) -> tuple[Array, Array]:
        at = [self.ages.index(age) for age in ages]
        return self.response[at], self.covariance[np.ix_(at, at)]

    @property
    def edge(self) -> float:
        """How many standard errors the simultaneous band of the months is wide, either side."""
        return critical(self.part(MONTHS)[1])

    def mean(self, window: tuple[int, int]) -> tuple[float, float]:
        """Mean response of the months of a window and its standard error; NaN where a month is not identified."""
        ages = range(window[0], window[1] + 1)
        if not set(ages) <= set(self.ages):
            return np.nan, np.nan
        response, covariance = self.part(ages)
        return float(response.mean()), float(np.sqrt(covariance.mean()))


def path_of(
    goods: str, names: Sequence[str], estimate: Array, covariance: Array, panel: Panel
) -> Estimated:
    ages = [a for a in range(-LEADS, LAST_AGE + 2) if column(goods, a) in names]
    at = [list(names).index(column(goods, age)) for age in ages]
    ours = panel.metals if goods == "metals" else ~panel.metals
    treated = int(((panel.steps != 0).any(0) & ours).sum())
    return Estimated(
        tuple(ages), -estimate[at], covariance[np.ix_(at, at)], len(panel.partners), treated
    )


def least_squares(
    panel: Panel, weights: str | None = None
) -> tuple[Jackknife, Array, dict[str, Estimated]]:
    """What the jackknife needs, the residuals `[n]` (not weighted), and the paths of `all` and `metals`."""
    frame = long_frame(panel)
    frame = frame[frame.imports > 0].reset_index(drop=True)
    names = regressors(frame)
    jackknife = Jackknife.of(design(frame, names, weights))
    y = demeaned(frame, ["log_imports"], weights)[:, 0]
    estimate, covariance = jackknife.estimate(y), jackknife.covariance(y)
    goods = [of for of in ("all", "metals") if column(of, 0) in names]
    paths = {of: path_of(of, names, estimate, covariance, panel) for of in goods}
    root = np.sqrt(frame[weights]) if weights else np.ones(len(frame))
    return jackknife, (y - jackknife.design.x @ estimate) / np.asarray(root), paths


def clustered(panel: Panel, by: str, poisson: bool = False) -> dict[str, Estimated]:
    """The same by pyfixest's own covariance (CR1), of logarithms or by Poisson with the zeros."""
    frame = long_frame(panel).assign(millions=lambda f: f.imports / 1e6)
    names = regressors(frame)
    right, how = f" ~ {' + '.join(names)} | {EFFECTS}", {"vcov": {"CRV1": by}}
    if poisson:
        fit = pf.fepois("millions" + right, frame, **how)
    else:
        fit = pf.feols("log_imports" + right, frame[frame.imports > 0], fixef_rm="none", **how)
    estimate, covariance = fit.coef().to_numpy(), fit._vcov
    known = list(fit.coef().index)
    goods = [of for of in ("all", "metals") if column(of, 0) in known]
    return {of: path_of(of, known, estimate, covariance, panel) for of in goods}


def variants(whole: Panel, main: Panel) -> dict[str, dict[str, Estimated]]:
    """What is printed beside the main path; the last two were thought of after it was seen."""
    unsieved = stepped(main, smallest=0.0)
    large = main.imports[:, :CALM].mean(1) >= 10e6
    aircraft = (cell == ("CHINA", "88") for cell in zip(main.partners, main.chapters, strict=True))
    return {
        "two-way by partner and chapter": clustered(main, "partner + sector"),
        "by cell, CR1": clustered(main, "cell"),
        "value weights": least_squares(main, "weight")[2],
        "Poisson": clustered(main, "cell", poisson=True),
        "without China": least_squares(main.kept(p != "CHINA" for p in main.partners))[2],
        "without metals": least_squares(main.kept(~main.metals))[2],
        "every cell": least_squares(whole)[2],
        "steps of any size": least_squares(unsieved)[2],
        "cells above 10 million USD a month": least_squares(main.kept(large))[2],
        "without aircraft of China": least_squares(main.kept(not it for it in aircraft))[2],
    }


def simulated(
    panel: Panel, count: int, weights: str | None = None
) -> dict[str, tuple[float, float]]:
    """How often bands hold the whole true path, and pointwise ones a month of it, for two kinds of errors."""
    jackknife, residual, _ = least_squares(panel, weights)
    of = jackknife.design
    at = [of.names.index(column("all", month)) for month in MONTHS]
    truth = np.zeros(len(of.names))
    truth[at] = [-(0.7 + 1.3 * (1 - np.exp(-month / 6))) for month in MONTHS]
    size = panel.imports[:, :CALM].mean(1)
    kinds = {"a cell's own residuals, signs at random": False, "those of a cell of like size": True}
    return {
        kind: coverage(jackknife, list(outcomes(of, residual, size, count, swap)), truth, at)
        for kind, swap in kinds.items()
    }


def placebos(panel: Panel, data: Path, weights: str | None = None) -> pd.DataFrame:
    """A row a partner: China's steps as if they had befallen it 24 months earlier, when nothing did.

    Columns: `treated` cells; `held`, whether the band holds zero in every month; the mean of the months and its t value.
    """
    quiet = read_panel(data, *QUIET)
    quiet = quiet.kept(quiet.regular)
    rows = []
    for partner in sorted(set(quiet.partners)):
        path = least_squares(years_earlier(panel, quiet, partner), weights)[2]["all"]
        response, covariance = path.part(MONTHS)
        miss = np.abs(response) / np.sqrt(np.diag(covariance))
        mean, se = path.mean((0, LAST_AGE))
        rows.append((partner, path.treated, miss.max() <= critical(covariance), mean, mean / se))
    return pd.DataFrame(rows, columns=["partner", "treated", "held", "mean", "t"])


def write_tables(paths: Mapping[str, Estimated], out: Path) -> None:
    """Our own set anew; the rows of other sets stay as they are."""
    rows, pairs = [], []
    for goods, path in paths.items():
        response, covariance = path.part(MONTHS)
        for month in MONTHS:
            se = np.sqrt(covariance[month, month])
            rows.append(
                (
                    OWN_RESPONSES,
                    goods,
                    month,
                    f"{response[month]:.4f}",
                    f"{se:.4f}",
                    "estimated",
                    SOURCE,
                )
            )
            pairs += [
                (OWN_RESPONSES, goods, month, other, f"{covariance[month, other]:.4f}")
                for other in range(month + 1)
            ]
    table = pd.DataFrame(rows, columns=list(COLUMNS), dtype=str)
    if (old := out / RESPONSES).exists():
        others = pd.read_csv(old, dtype=str, keep_default_na=False)
        table = pd.concat([table, others[others["set"] != OWN_RESPONSES]])
    table.to_csv(old, index=False, lineterminator="\n", encoding="utf-8")
    pd.DataFrame(pairs, columns=["set", "goods", "months", "other_months", "covariance"]).to_csv(
        out / COVARIANCES, index=False, lineterminator="\n", encoding="utf-8"
    )


def table(rows: Sequence[Sequence[str]]) -> str:
    head, *body = (f"| {' | '.join(row)} |" for row in rows)
    return "\n".join([head, "|" + "---|" * len(rows[0]), *body])


def with_se(response: float, se: float) -> str:
    return "" if np.isnan(response) else f"{response:.2f} ({se:.2f})".replace("-", "−")


def path_table(
    paths: Mapping[str, Estimated],
    weighted: Mapping[str, Estimated],
    two_way: Mapping[str, Estimated],
) -> str:
    """By month: response, standard errors, simultaneous band; then those of value weights, and of metals."""
    rows = [["months", "all but metals", "CR3", "two-way", "95 % band", "by value", "CR3"]]
    rows[0] += ["95 % band", "metals", "CR3"]
    beside = two_way["all"]
    for age in paths["all"].ages:
        called = "16 and more" if age > LAST_AGE else f"{age}"
        row = [called]
        for path in (paths["all"], weighted["all"], paths["metals"]):
            k = path.ages.index(age)
            low, high = (path.response[k] + edge * path.se[k] for edge in (-path.edge, path.edge))
            row += [f"{path.response[k]:.2f}", f"{path.se[k]:.2f}"]
            if path is paths["all"]:
                row.append(f"{beside.se[k]:.2f}")
            if path is not paths["metals"]:
                row.append(f"{low:.2f} to {high:.2f}" if age in MONTHS else "")
        rows.append([cell.replace("-", "−") for cell in row])
    return table(rows)


def calm_table(paths: Mapping[str, Estimated]) -> str:
    """Whether the six months before differ from zero, jointly, and the months after from one another."""
    rows = [["", "months before are zero", "p", "months 0 to 15 are zero", "p", "are equal", "p"]]
    for name, path in paths.items():
        before, after = path.part(range(-LEADS, 0)), path.part(MONTHS)
        step = np.diff(np.eye(len(MONTHS)), axis=0)
        equal = step @ after[0], step @ after[1] @ step.T
        row = [name]
        for response, covariance in (before, after, equal):
            distance = float(response @ np.linalg.solve(covariance, response))
            row += [f"{distance:.1f} ({len(response)})", f"{chi2.sf(distance, len(response)):.3f}"]
        rows.append(row)
    return table(rows)


def curves_table(paths: Mapping[str, Estimated]) -> str:
    rows = [["", "curve", *(f"{month} months" for month in ASKED)]]
    for name, path in paths.items():
        for form, curve in curves(*path.part(MONTHS)).items():
            rows.append([name, form, *map(with_se, curve.response, curve.se)])
    return table(rows)


WITH_METALS = ("main", "value weights", "Poisson", "without China")


def variants_table(paths: Mapping[str, Mapping[str, Estimated]]) -> str:
    heads = ["before", *(f"{first} to {last}" for first, last in WINDOWS)]
    rows = [["", "cells with steps", *heads]]
    for name, of in paths.items():
        for goods, path in of.items():
            if goods == "metals" and name not in WITH_METALS:
                continue
            called = name if goods == "all" else f"{name}, metals"
            means = [with_se(*path.mean(window)) for window in ((-LEADS, -1), *WINDOWS)]
            rows.append([called, f"{path.treated} of {path.cells}", *means])
    return table(rows)


PANELS = (
    "All goods but metals",
    "All goods but metals, weighted by value (its bands are too narrow)",
    "Metals: chapters 72, 73 and 76",
)


def figure(paths: Mapping[str, Estimated]) -> alt.VConcatChart:
    """A panel a path, with what went before."""
    panels = [_panel(path, title) for title, path in paths.items()]
    return alt.vconcat(*panels).configure(background="white", view={"stroke": None})


def _panel(path: Estimated, title: str) -> alt.LayerChart:
    frame = pd.DataFrame({"age": path.ages, "response": path.response, "se": path.se})
    frame = frame[frame.age <= LAST_AGE]
    for name, wide in (("band", path.edge), ("one", 1.96)):
        frame[f"{name}_low"] = frame.response - wide * frame.se
        frame[f"{name}_high"] = frame.response + wide * frame.se
    months = alt.Scale(domain=(-LEADS - 0.5, LAST_AGE + 0.5), nice=False)
    base = alt.Chart(frame, title=title, width=640, height=190).encode(
        x=alt.X(
            "age:Q",
            title="Months since the duty rose",
            scale=months,
            axis=alt.Axis(tickCount=22, grid=False),
        ),
        color=alt.condition(alt.datum.age < 0, alt.value("#888888"), alt.value("#3b5b92")),
    )
    height = alt.Scale(domain=(-7, 12))
    fall = alt.Y("response:Q", title="Fall of imports", scale=height)
    after = base.transform_filter(alt.datum.age >= 0)
    return alt.layer(
        after.mark_area(opacity=0.18, color="#3b5b92").encode(
            y=alt.Y("band_low:Q", scale=height), y2="band_high:Q", color=alt.value("#3b5b92")
        ),
        base.mark_rule(color="#333333").encode(y=alt.datum(0), color=alt.value("#333333")),
        base.mark_rule(strokeWidth=1.5).encode(y="one_low:Q", y2="one_high:Q"),
        after.mark_line().encode(y=fall, color=alt.value("#3b5b92")),
        base.mark_point(filled=True, size=45, opacity=1).encode(y=fall),
    )


def put(name: str, body: str) -> None:
    """Write a block of the page, between its two marks."""
    text = PAGE.read_text(encoding="utf-8")
    block = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    if not block.search(text):
        raise SystemExit(f"{PAGE.name} has no block {name}")
    text = block.sub(lambda match: f"{match[1]}\n{body}\n\n{match[2]}", text)
    PAGE.write_text(text, encoding="utf-8")


def carried_line(jackknife: Jackknife, panel: Panel) -> str:
    share = carried(jackknife, [jackknife.design.names.index(column("all", a)) for a in MONTHS])
    most = int(share.argmax())
    return (
        f"As if {1 / (share**2).sum():.0f} cells of equal weight carried the mean of the sixteen months (one over the sum "
        f"of squared shares); the largest, chapter {panel.chapters[most]} of {panel.partners[most].title()}, "
        f"has {100 * share[most]:.0f} % of it."
    )


def checks(panel: Panel, data: Path, count: int) -> dict[str, str]:
    """Blocks of the page: how often bands hold what is true, in simulations and where nothing happened."""
    held = [["weights", f"errors, {count} simulations", "band holds the whole path"]]
    held[0].append("1.96 standard errors hold a month")
    tried = [
        [
            "weights",
            "partners",
            "band holds zero in every month",
            "mean within 1.96 standard errors",
        ]
    ]
    for called, weights in (("equal", None), ("value", "weight")):
        for kind, (whole, month) in simulated(panel, count, weights).items():
            held.append([called, kind, f"{100 * whole:.1f} %", f"{100 * month:.1f} %"])
        found = placebos(panel, data, weights)
        print(f"\n{found.to_string(index=False)}")
        counts = (len(found), found.held.sum(), (found.t.abs() <= 1.96).sum())
        tried.append([called, *map(str, counts)])
    return {"coverage": table(held), "placebo": table(tried)}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--shared", type=Path, default=SHARED, help="holds data/")
    parser.add_argument("--out", type=Path, default=PACKAGED, help="where tables go")
    parser.add_argument("--simulate", type=int, default=0, metavar="N", help="simulations a kind")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    data = given.shared / "data"
    if not data.is_dir():
        parser.error(f"{data}: no such folder; give --shared the folder that holds data/")
    whole = stepped(read_panel(data))
    panel = whole.kept(whole.regular)
    jackknife, _, paths = least_squares(panel)
    every = {"main": paths, **variants(whole, panel)}
    weighted = every["value weights"]
    ours = {"equal weights": paths["all"], "value weights": weighted["all"]}
    shown = {**ours, "metals": paths["metals"]}
    blocks = {
        "path": path_table(paths, weighted, every["two-way by partner and chapter"]),
        "carried": carried_line(jackknife, panel),
        "calm": calm_table(shown),
        "variants": variants_table(every),
        "curves": curves_table(ours),
    }
    if given.simulate:
        blocks |= checks(panel, data, given.simulate)
    for name, body in blocks.items():
        print(f"\n{name}\n{body}")
    write_tables(paths, given.out)
    if given.out == PACKAGED:
        for name, body in blocks.items():
            put(name, body)
        figure(dict(zip(PANELS, shown.values(), strict=True))).save(PICTURE, ppi=110)


if __name__ == "__main__":
    main()
