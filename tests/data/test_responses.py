"""The packaged responses to a duty, and the tool that estimates them, on made-up trade of which the truth is known."""

import csv
import re
from dataclasses import replace
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pyfixest as pf
import pytest
from law_tools import tool

from paxsilica.data.responses import OWN_RESPONSES, packaged_responses, response_sets
from paxsilica.data.sources import PACKAGED, sources_of
from paxsilica.errors import LabelError

ROOT = Path(__file__).parents[2]
MONTHS = range(16)


def made_panel(path, noise: float, chapters: int = 20):
    """Trade of eight partners that answers China's steps by a known path `[m]`, then stays."""
    panels = tool("response_panel")
    random = np.random.default_rng(7)
    partners = ("CHINA", "JAPAN", "CANADA", "INDIA", "MEXICO", "VIETNAM", "FRANCE", "BRAZIL")
    cells = [(p, f"{c:02d}") for p in partners for c in range(1, chapters + 1)]
    months = [f"{year}-{month:02d}" for year in range(2015, 2021) for month in range(1, 13)][:61]
    steps = np.zeros((len(panels.EVENTS), len(cells)))
    rises = [e for e, event in enumerate(panels.EVENTS) if "CHINA" in (event.partners or ())]
    steps[rises, :chapters] = random.uniform(0.01, 0.2, (len(rises), chapters))
    log = np.zeros((len(cells), len(months)))
    for e in rises:
        since = np.arange(len(months)) - months.index(panels.EVENTS[e].month)
        log -= np.outer(steps[e], np.where(since < 0, 0.0, np.take(path, since.clip(0, 15))))
    season = np.array([int(month[5:]) for month in months])
    by_partner = random.normal(size=(8, len(months))).repeat(chapters, axis=0)
    by_sector = np.tile(random.normal(size=(chapters, len(months))), (8, 1))
    log += random.normal(size=(len(cells), 13))[:, season] + by_partner + by_sector
    log += noise * random.normal(size=log.shape)
    ours, theirs = zip(*cells, strict=True)
    return panels.Panel(ours, theirs, tuple(months), np.exp(16 + log), 0 * log, steps)


PATH = 0.7 + 1.3 * (1 - np.exp(-np.arange(16) / 6))


def test_the_true_path_is_estimated_where_nothing_else_moves_trade():
    path = tool("estimate_response").least_squares(made_panel(PATH, 0.0))[2]["all"]
    np.testing.assert_allclose(path.part(MONTHS)[0], PATH, atol=1e-4)
    np.testing.assert_allclose(path.part(range(-6, 0))[0], 0, atol=1e-4)
    assert path.part([16])[0] == pytest.approx(PATH[-1], abs=1e-4)
    assert (path.cells, path.treated) == (160, 20)


def test_estimates_and_covariances_are_those_of_pyfixest():
    """CR3 of the cleared regressors, which pyfixest makes by its own leaving out of clusters, and the coefficients."""
    bands, panels = tool("response_bands"), tool("response_panel")
    panel = made_panel(PATH, 0.1)
    frame = panels.long_frame(panel)
    names = panels.regressors(frame)
    jackknife = bands.Jackknife.of(bands.design(frame, names))
    y = bands.demeaned(frame, ["log_imports"])[:, 0]
    theirs = pf.feols(f"log_imports ~ {' + '.join(names)} | {bands.EFFECTS}", frame)
    np.testing.assert_allclose(jackknife.estimate(y), theirs.coef().to_numpy(), rtol=1e-5)
    cleared = frame[["cell"]].assign(y=y)
    cleared[list(names)] = jackknife.design.x
    ssc = pf.ssc(k_adj=False, G_adj=False)
    fit = pf.feols(f"y ~ -1 + {' + '.join(names)}", cleared, vcov={"CRV3": "cell"}, ssc=ssc)
    np.testing.assert_allclose(jackknife.covariance(y), fit._vcov, rtol=1e-6, atol=1e-9)


def test_a_band_of_independent_months_is_as_wide_as_sidak_says():
    """And of months that move as one as wide as for a single month."""
    critical = tool("response_bands").critical
    sidak = NormalDist().inv_cdf((1 + 0.95 ** (1 / 16)) / 2)
    assert critical(np.diag(np.arange(1.0, 17.0))) == pytest.approx(sidak, abs=0.02)
    assert critical(np.ones((16, 16))) == pytest.approx(1.96, abs=0.02)


def test_bands_hold_the_truth_about_as_often_as_they_say():
    """Half the standard error would hold a month two times in three, and a whole path hardly ever."""
    run, panel = tool("estimate_response"), made_panel(PATH, 0.2, chapters=40)
    for whole, month in run.simulated(panel, 24).values():
        assert whole >= 0.8
        assert 0.9 <= month < 1


def test_a_curve_through_a_straight_path_is_that_path():
    curves = tool("response_curves")
    covariance = 0.04 * np.eye(16)
    line = curves.curves(1 + 0.1 * np.arange(16), covariance)["a line"]
    np.testing.assert_allclose(line.response, 1 + 0.1 * np.array(curves.ASKED))
    level = curves.curves(np.full(16, 2.0), covariance)["one level"]
    np.testing.assert_allclose(level.response, 2)
    np.testing.assert_allclose(level.se, 0.2 / 4)


def test_steps_are_changes_of_the_rate_that_the_law_makes():
    """China's 10 % of October 2018, a fall against the law and a change too small to count, by hand."""
    panels = tool("response_panel")
    panel = made_panel(PATH, 0.0)
    rate = np.zeros_like(panel.imports)
    autumn = panel.months.index("2018-10")
    rate[0, autumn:] = 0.10
    rate[1, :autumn] = 0.10
    rate[2, autumn:] = 0.004
    rate[20, autumn:] = 0.10  # Japan, whom no event names
    steps = panels.steps_of(replace(panel, duty=rate * panel.imports))
    [october] = [e for e, event in enumerate(panels.EVENTS) if event.month == "2018-10"]
    assert steps[october, 0] == pytest.approx(np.log(1.1))
    steps[october, 0] = 0
    assert not steps.any()


def test_the_packaged_set_is_read_with_its_covariance():
    ours = packaged_responses()
    assert (ours.set, ours.goods, ours.origin) == (OWN_RESPONSES, "all", "estimated")
    assert ours.months == packaged_responses(goods="metals").months == tuple(MONTHS)
    np.testing.assert_allclose(ours.covariance, ours.covariance.T)
    assert np.linalg.eigvalsh(ours.covariance).min() > 0
    with (PACKAGED / "responses.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["set"] for row in rows} == set(response_sets())
    printed = [float(r["se"]) for r in rows if (r["set"], r["goods"]) == (OWN_RESPONSES, "all")]
    np.testing.assert_allclose(ours.se, printed, atol=1e-4)
    assert sources_of(["us_census_chapters"])[0].publisher == "US Census Bureau"


@pytest.mark.parametrize("asked", [("us_2018_2091",), (OWN_RESPONSES, "metal")])
def test_a_set_or_goods_that_are_not_there_are_refused_with_the_nearest(asked):
    with pytest.raises(LabelError, match=r"did you mean (us_2018_2019|metals)"):
        packaged_responses(*asked)


def test_the_page_prints_what_is_packaged():
    text = (ROOT / "docs" / "estimate.md").read_text("utf-8")
    block = re.search(r"<!-- path -->(.*?)<!-- /path -->", text, re.DOTALL)[1].replace("−", "-")
    rows = [[c.strip() for c in line.split("|")[1:-1]] for line in block.split("\n") if "|" in line]
    printed = {row[0]: row for row in rows}
    ours = packaged_responses()
    for month, response, se in zip(ours.months, ours.response, ours.se, strict=True):
        row = printed[str(month)]
        assert [float(x) for x in row[1:3]] == pytest.approx([response, se], abs=0.006)


def test_the_packaged_path_is_what_the_raw_table_gives(shared):
    """And the raw table holds nothing of the year that predictions are scored on."""
    panels, run = tool("response_panel"), tool("estimate_response")
    panel = panels.stepped(panels.read_panel(shared))
    assert (panel.months[0], panel.months[-1], len(panel.months)) == ("2015-01", "2020-01", 61)
    assert not {"98", "99"} & set(panel.chapters)
    path = run.least_squares(panel.kept(panel.regular))[2]["all"]
    ours = packaged_responses()
    np.testing.assert_allclose(path.part(MONTHS)[0], ours.response, atol=2e-3)
    np.testing.assert_allclose(path.part(MONTHS)[1], ours.covariance, atol=2e-3)
