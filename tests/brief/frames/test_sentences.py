"""Measures in sentences with known answers: made up for the purpose by people who did not see the rules, and our own pairs.

The files of `sentences.json` and the 56 of the shared cases were at hand while the rules were written, so the floors say
that nothing gets worse, not how well an unseen text is read.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from law_tools import tool

from paxsilica.brief.documents import document_of
from paxsilica.brief.reading import read

HERE = Path(__file__).parent
SHARED = HERE.parents[3] / "shared" / "cases" / "record" / "sentences.json"
PAIRS = list(csv.DictReader((HERE / "pairs.csv").read_text(encoding="utf-8").splitlines()))


def measures(text: str):
    return read(document_of(text.encode(), "made-up.txt")).measures


SETS = {
    "sentences": (168, 195, 0.78, 5),
    "kept_aside": (82, 95, 0.74, 2),
    "three_writers": (144, 149, 0.95, 0),
    "three_writers_aside": (91, 76, 0.82, 1),
    "more_writers": (280, 278, 0.97, 0),
    "more_writers_aside": (202, 200, 0.97, 2),
    "lists": (54, 27, 0.94, 0),
    "lists_aside": (27, 13, 0.96, 0),
}
"""By file: tariffs, texts that ask for no draft, the least share of tariffs that is right, and the most false texts.

Each but the two of lists was scored once before anybody who writes rules had seen it. Of the sentences kept aside then,
36 of 82 tariffs were right and 7 of 95 texts had a false draft (rules by the order of words); of `three_writers_aside` 76
of 91 and 5 of 76 (rules by grammar; six more are doublings, which are read and wait for the rate); of `more_writers`,
three sets that were scored one after the other with mending between, 252 of 281 and 20 of 280; of `more_writers_aside`,
two sets more, 106 of 111 and 6 of 100, then 86 of 91 and 3 of 100. They measure nothing new once they have been looked
at: the floors say that nothing gets worse. `lists` and `lists_aside` were written by who wrote their rules, before the
rules: 22 of 54 and 9 of 27 duties were right then, with a false draft in 0 of 27 and 2 of 13 texts.
"""


@pytest.mark.parametrize("name", SETS)
def test_made_up_sentences(name):
    found = tool("score_sentences").score(
        json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))
    )
    tariffs, silent, share, loud = SETS[name]
    assert (found.tariffs, found.silent) == (tariffs, silent)
    assert found.right >= share * tariffs, found.line()
    assert found.loud <= loud, "\n".join(found.errors)


@pytest.mark.skipif(not SHARED.is_file(), reason="the shared sentences are not at hand")
def test_shared_sentences():
    found = tool("score_sentences").score(json.loads(SHARED.read_text(encoding="utf-8")))
    assert (found.tariffs, found.silent) == (34, 22)
    assert (found.right, found.right_others, found.false) == (34, 5, 0), "\n".join(found.errors)


@pytest.mark.parametrize("pair", PAIRS, ids=lambda p: p["text"][:60])
def test_pairs(pair):
    """What stands is drafted with its sides, rate and goods; the sentence that says the opposite is not."""
    ready = [m for m in measures(pair["text"]) if not m.needs]
    got = {
        (imposer, target, m.rate.value if m.rate else None, m.products)
        for m in ready
        for imposer in m.implementers
        for target in m.targets
    }
    wanted = [] if pair["wanted"] == "-" else [one.split(" ") for one in pair["wanted"].split(";")]
    assert {(a, b, rate) for a, b, rate, _ in got} == {
        (*sides.split(">"), None if rate == "ban" else float(rate)) for sides, rate, *_ in wanted
    }
    for sides, rate, *goods in wanted:
        named = [
            p for a, b, r, p in got if f"{a}>{b}" == sides and (rate == "ban" or r == float(rate))
        ]
        assert any(
            all(word[:4] in p.casefold() for word in goods) and bool(goods) == bool(p)
            for p in named
        ), named
