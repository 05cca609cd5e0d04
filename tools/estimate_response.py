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

from given import SHARED
from paxsilica.data.responses import COVARIANCES, OWN, RESPONSES
from paxsilica.data.sources import PACKAGED
from response_bands import EFFECTS, Array, Jackknife, coverage, critical, demeaned, design, outcomes
from response_curves import curves
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
MONTHS = range(LAST_AGE + 1)
WINDOWS = ((0, 2), (3, 5), (6, 8), (9, 11), (12, 15))
QUIET = ("2013-01", "2018-01")
"""Months without a tariff, as many as those of the estimate and 24 earlier."""


@dataclass(frozen=True)
class Path_:
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

    def mean(self, window: tuple[int, int]) -> tuple[float, float]:
        """Mean response of the months of a window and its standard error; NaN where a month is not identified."""
        ages = range(window[0], window[1] + 1)
        if not set(ages) <= set(self.ages):
            return np.nan, np.nan
        response, covariance = self.part(ages)
        return float(response.mean()), float(np.sqrt(covariance.mean()))


def path_of(
    goods: str, names: Sequence[str], estimate: Array, covariance: Array, panel: Panel
) -> Path_:
    ages = [a for a in range(-LEADS, LAST_AGE + 2) if column(goods, a) in names]
    at = [list(names).index(column(goods, age)) for age in ages]
    ours = panel.metals if goods == "metals" else ~panel.metals
    treated = int(((panel.steps != 0).any(0) & ours).sum())
    return Path_(
        tuple(ages), -estimate[at], covariance[np.ix_(at, at)], len(panel.partners), treated
    )


def least_squares(
    panel: Panel, weights: str | None = None
) -> tuple[Jackknife, Array, dict[str, Path_]]:
    """What the jackknife needs, the residuals `[n]`, and the paths of `all` and `metals`."""
    frame = long_frame(panel)
    frame = frame[frame.imports > 0].reset_index(drop=True)
    names = regressors(frame)
    jackknife = Jackknife.of(design(frame, names, weights))
    y = demeaned(frame, ["log_imports"], weights)[:, 0]
    estimate, covariance = jackknife.estimate(y), jackknife.covariance(y)
    goods = [of for of in ("all", "metals") if column(of, 0) in names]
    paths = {of: path_of(of, names, estimate, covariance, panel) for of in goods}
    return jackknife, y - jackknife.design.x @ estimate, paths


def clustered(panel: Panel, by: str, poisson: bool = False) -> dict[str, Path_]:
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


def variants(whole: Panel, main: Panel) -> dict[str, dict[str, Path_]]:
    """What is printed beside the main path."""
    unsieved = stepped(main, smallest=0.0)
    return {
        "two-way by partner and chapter": clustered(main, "partner + sector"),
        "by cell, CR1": clustered(main, "cell"),
        "value weights": least_squares(main, "weight")[2],
        "Poisson": clustered(main, "cell", poisson=True),
        "without China": least_squares(main.kept(p != "CHINA" for p in main.partners))[2],
        "without metals": least_squares(main.kept(~main.metals))[2],
        "every cell": least_squares(whole)[2],
        "steps of any size": least_squares(unsieved)[2],
    }


def simulated(
    jackknife: Jackknife, residual: Array, main: Panel, count: int
) -> dict[str, tuple[float, float]]:
    """How often bands hold the whole true path, and pointwise ones a month of it, for two kinds of errors."""
    names = jackknife.design.names
    at = [names.index(column("all", month)) for month in MONTHS]
    truth = np.zeros(len(names))
    truth[at] = [-(0.7 + 1.3 * (1 - np.exp(-month / 6))) for month in MONTHS]
    size = main.imports[:, :CALM].mean(1)
    kinds = {"a cell's own residuals, signs at random": False, "those of a cell of like size": True}
    return {
        kind: coverage(
            jackknife, list(outcomes(jackknife.design, residual, size, count, swap)), truth, at
        )[:2]
        for kind, swap in kinds.items()
    }


def placebos(main: Panel, data: Path) -> pd.DataFrame:
    """A row a partner: China's steps as if they had befallen it 24 months earlier, when nothing did.

    Columns: `treated` cells; `held`, whether the band holds zero in every month; the mean of the months and its t value.
    """
    earlier = read_panel(data, *QUIET)
    earlier = earlier.kept(earlier.regular)
    rows = []
    for partner in sorted(set(earlier.partners)):
        panel = years_earlier(main, earlier, partner)
        path = least_squares(panel)[2]["all"]
        if not set(MONTHS) <= set(path.ages):
            continue
        response, covariance = path.part(MONTHS)
        miss = np.abs(response) / np.sqrt(np.diag(covariance))
        mean, se = path.mean((0, LAST_AGE))
        rows.append((partner, path.treated, miss.max() <= critical(covariance), mean, mean / se))
    return pd.DataFrame(rows, columns=["partner", "treated", "held", "mean", "t"])


def write_tables(paths: Mapping[str, Path_], out: Path) -> None:
    """Our own set anew; the rows of other sets stay as they are."""
    rows, pairs = [], []
    for goods, path in paths.items():
        response, covariance = path.part(MONTHS)
        for month in MONTHS:
            se = np.sqrt(covariance[month, month])
            rows.append(
                (OWN, goods, month, f"{response[month]:.4f}", f"{se:.4f}", "estimated", SOURCE)
            )
            pairs += [
                (OWN, goods, month, other, f"{covariance[month, other]:.6f}")
                for other in range(month + 1)
            ]
    own = pd.DataFrame(
        rows, columns=["set", "goods", "months", "response", "se", "origin", "source"], dtype=str
    )
    old = out / RESPONSES
    if old.exists():
        others = pd.read_csv(old, dtype=str, keep_default_na=False)
        own = pd.concat([own, others[others["set"] != OWN]])
    own.to_csv(old, index=False, lineterminator="\n", encoding="utf-8")
    pd.DataFrame(pairs, columns=["set", "goods", "months", "other_months", "covariance"]).to_csv(
        out / COVARIANCES, index=False, lineterminator="\n", encoding="utf-8"
    )


def table(rows: Sequence[Sequence[str]]) -> str:
    head, *body = (f"| {' | '.join(row)} |" for row in rows)
    return "\n".join([head, "|" + "---|" * len(rows[0]), *body])


def with_se(response: float, se: float) -> str:
    return "" if np.isnan(response) else f"{response:.2f} ({se:.2f})".replace("-", "−")


def path_table(paths: Mapping[str, Path_], two_way: Mapping[str, Path_]) -> str:
    """By month: response, standard errors, simultaneous band; then the same of metals."""
    rows = [["months", "all but metals", "CR3", "two-way", "95 % band", "metals", "CR3"]]
    main, metals = paths["all"], paths["metals"]
    edge = critical(main.part(MONTHS)[1])
    for k, age in enumerate(main.ages):
        response, se = main.response[k], main.se[k]
        low, high = response - edge * se, response + edge * se
        band = f"{low:.2f} to {high:.2f}" if age in MONTHS else ""
        at = metals.ages.index(age)
        beside = (se, two_way["all"].se[k])
        numbers = [
            *(f"{x:.2f}" for x in (response, *beside)),
            band,
            *(f"{x:.2f}" for x in (metals.response[at], metals.se[at])),
        ]
        called = "16 and more" if age > LAST_AGE else f"{age}"
        rows.append([x.replace("-", "−") for x in (called, *numbers)])
    return table(rows)


def variants_table(paths: Mapping[str, Mapping[str, Path_]]) -> str:
    heads = ["before", *(f"{first} to {last}" for first, last in WINDOWS)]
    rows = [["", "cells with steps", *heads]]
    for name, of in paths.items():
        for goods, path in of.items():
            if goods == "metals" and name not in ("main", "without China", "value weights", "Poisson"):
                continue
            called = name if goods == "all" else f"{name}, metals"
            means = [with_se(*path.mean(window)) for window in ((-LEADS, -1), *WINDOWS)]
            rows.append([called, f"{path.treated} of {path.cells}", *means])
    return table(rows)


def figure(paths: Mapping[str, Path_]) -> alt.VConcatChart:
    """The path of all goods but metals, and that of metals, with what went before."""
    return alt.vconcat(
        _panel(paths["all"], "All goods but metals (China's tariffs, India's preference)"),
        _panel(paths["metals"], "Metals (chapters 72, 73, 76)"),
    ).configure(background="white", view={"stroke": None})


def _panel(path: Path_, title: str) -> alt.LayerChart:
    edge = critical(path.part(MONTHS)[1])
    frame = pd.DataFrame(
        [
            (age, response, response - edge * se, response + edge * se, se)
            for age, response, se in zip(path.ages, path.response, path.se, strict=True)
            if age <= LAST_AGE
        ],
        columns=["age", "response", "low", "high", "se"],
    )
    frame["when"] = np.where(frame.age < 0, "before", "after")
    x = alt.X("age:Q", title="Months since the duty rose", axis=alt.Axis(tickMinStep=1, grid=False))
    y = alt.Y("response:Q", title="Fall of log imports per unit of log(1 + duty)")
    base = alt.Chart(frame, title=title, width=640, height=230).encode(x=x)
    after = alt.datum.age >= 0
    one = base.transform_calculate(low1="datum.response-1.96*datum.se", high1="datum.response+1.96*datum.se")
    colour = alt.Color(
        "when:N",
        title=None,
        scale=alt.Scale(domain=["before", "after"], range=["#888888", "#3b5b92"]),
        legend=None,
    )
    return alt.layer(
        base.transform_filter(after).mark_area(opacity=0.18, color="#3b5b92").encode(y="low:Q", y2="high:Q"),
        one.mark_rule(strokeWidth=1.5).encode(y="low1:Q", y2="high1:Q", color=colour),
        base.mark_rule(color="#333333").encode(y=alt.datum(0)),
        base.transform_filter(after).mark_line(color="#3b5b92").encode(y=y),
        base.mark_point(filled=True, size=45, opacity=1).encode(y=y, color=colour),
    )


def put(name: str, body: str) -> None:
    """Write a block of the page, between its two marks."""
    text = PAGE.read_text(encoding="utf-8")
    block = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    if not block.search(text):
        raise SystemExit(f"{PAGE.name} has no block {name}")
    text = block.sub(lambda match: f"{match[1]}\n{body}\n\n{match[2]}", text)
    PAGE.write_text(text, encoding="utf-8")


def coverage_lines(held: Mapping[str, tuple[float, float]], count: int) -> str:
    rows = [[f"errors, {count} simulations", "band holds the whole path", "1.96 standard errors hold a month"]]
    rows += [[kind, f"{whole:.1%}", f"{month:.1%}"] for kind, (whole, month) in held.items()]
    return table(rows).replace("%", " %")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--shared", type=Path, default=SHARED, help="holds data/")
    parser.add_argument("--out", type=Path, default=PACKAGED, help="where tables go")
    parser.add_argument("--simulate", type=int, default=0, metavar="N", help="simulations a kind")
    given = parser.parse_args()
    data = given.shared / "data"
    if not data.is_dir():
        parser.error(f"{data}: no such folder; give --shared the folder that holds data/")
    whole = stepped(read_panel(data))
    main_ = whole.kept(whole.regular)
    jackknife, residual, paths = least_squares(main_)
    beside = variants(whole, main_)
    blocks = {
        "path": path_table(paths, beside["two-way by partner and chapter"]),
        "variants": variants_table({"main": paths, **beside}),
        "curves": table(curves(*paths["all"].part(MONTHS))),
    }
    if given.simulate:
        held = simulated(jackknife, residual, main_, given.simulate)
        blocks["coverage"] = coverage_lines(held, given.simulate)
        tried = placebos(main_, data)
        print(tried.to_string(index=False))
        blocks["placebo"] = (
            f"Of {len(tried)} partners the band held zero in every month for {tried.held.sum()}, and the mean of the months was within 1.96 "
            f"standard errors of zero for {(tried.t.abs() <= 1.96).sum()}."
        )
    for name, body in blocks.items():
        print(f"\n{name}\n{body}")
    write_tables(paths, given.out)
    if given.out == PACKAGED:
        for name, body in blocks.items():
            put(name, body)
        figure(paths).save(PICTURE, ppi=110)


if __name__ == "__main__":
    main()
