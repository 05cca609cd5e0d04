"""What a command prints: JSON that is JSON, statuses that say what went wrong, nothing a terminal obeys."""

from __future__ import annotations

import io
import json
import unicodedata

import pytest
from doorway import CHAIN, SCENARIO, TEXT
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from paxsilica.cli.screen import print_rows, shown
from paxsilica.model import Params

CLEAR, TITLE, TURN = "\x1b[2J", "\x1b]0;mine\x07", "\u202e"
EVIL = f"{CLEAR}{TITLE}{TURN}\x9b31m"
READ = f"{TURN}\x9b31m\u2028"
"""What a text may hold and still be read as one."""
QUOTED = "\\e[2J\\e]0;mine\\a\\L\\u202e"


def is_harmless(text: str) -> bool:
    obeyed = {"Cc", "Zl", "Zp"}
    lines = text.replace("\n", "")
    return TURN not in lines and not {unicodedata.category(c) for c in lines} & obeyed


@pytest.fixture
def hostile(tmp_path, place):
    """Files whose names, titles and texts hold what a terminal obeys."""
    (tmp_path / f"{EVIL}.txt").write_text(TEXT.replace("sign", f"sign {READ}"))
    (tmp_path / "t.yaml").write_text(SCENARIO.replace("Northland", f'"{QUOTED}"'))
    (tmp_path / "c.yaml").write_text(CHAIN.replace("Ore to metal", f'"{QUOTED}"'))
    (tmp_path / f"{EVIL}.yaml").write_text(SCENARIO.replace("lands", str(place / "lands")))
    return tmp_path


@pytest.mark.parametrize(
    "words",
    [
        ["brief", f"{EVIL}.txt", "--store", "x.sqlite"],
        ["brief", f"{EVIL}.txt", "--no-keep", "--out", f"{EVIL}out"],
        ["chain", "c.yaml", "--cut", "CHN", "--trusted", "JPN"],
        ["validate", "t.yaml"],
        ["validate", f"{EVIL}.yaml"],
        ["run", f"{EVIL}.yml"],
        ["show", "regions", "--baseline", EVIL],
        ["coerce", EVIL, "IND"],
        [EVIL],
        ["run", f"--{EVIL}"],
    ],
    ids=lambda words: words[0] if words[0] != EVIL else "no command",
)
def test_nothing_that_a_terminal_obeys_is_printed(pax, hostile, monkeypatch, words):
    pax("--version")  # it goes to its own folder
    monkeypatch.chdir(hostile)
    status, out, told = pax(*words)
    assert status in (0, 2)
    assert out + told
    assert is_harmless(out), out
    assert is_harmless(told), told


def test_what_is_kept_is_harmless_too(pax, hostile, monkeypatch):
    monkeypatch.chdir(hostile)
    pax("brief", f"{EVIL}.txt", "--store", "x.sqlite", "--new-store")
    for words in (["list"], ["due", "--as-of", "2026-03-01"], ["search", "tariff"]):
        status, out, _ = pax("brief", *words, "--store", "x.sqlite")
        assert status == 0
        assert "nothing found" not in out
        assert is_harmless(out), out


@pytest.mark.parametrize(
    "words",
    [
        ["run", "s.yaml"],
        ["chain", "chain.yaml", "--cut", "CHN", "--trusted", "JPN"],
        ["chain"],
        ["brief", "text.txt", "--no-keep"],
        ["show", "regions", "--baseline", "lands.npz"],
        ["show", "sectors", "--baseline", "lands.npz"],
        ["show", "measures"],
    ],
    ids=" ".join,
)
def test_json_is_all_that_is_printed(pax, words):
    status, out, told = pax(*words, "--json")
    assert (status, told) == (0, "")
    assert json.loads(out, parse_constant=lambda word: pytest.fail(f"{word} is not JSON"))


@pytest.mark.parametrize(
    "words",
    [
        ["run", "s.yaml"],
        ["coerce", "R0", "R1", "--baseline", "lands.npz"],
    ],
    ids=lambda words: words[0],
)
def test_equations_that_are_not_solved_are_status_1(pax, monkeypatch, words):
    """The solver is asked for more digits than there are, and gives up at once."""
    checked = Params.__post_init__

    def impatient(params: Params) -> None:
        checked(params)
        object.__setattr__(params, "tolerance", 1e-30)
        object.__setattr__(params, "most_sweeps", 1)

    monkeypatch.setattr(Params, "__post_init__", impatient)
    status, out, told = pax(*words)
    assert (status, out) == (1, "")
    assert told.startswith("pax: ")
    assert told.count("\n") == 1, told


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["--version"], 0),
        (["run", "s.yaml"], 0),
        (["run", "nowhere.yaml"], 2),
        (["run"], 2),
        (["bogus"], 2),
        (["chain", "chps"], 2),
        (["brief", "show", "abc", "--store", "/dev/null/x"], 2),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_the_status_says_who_has_to_mend_it(pax, words, status):
    found, _, told = pax(*words)
    assert found == status
    assert told.count("\n") == (0 if status == 0 else 1)


@pytest.mark.parametrize("city", ["Malmö", "東京", "a very long name of a town " * 12])
def test_a_table_looks_the_same_whoever_lays_it_out(capsys, city):
    """Rich draws it for a terminal, and where letters are wide or lines are long."""
    rows = [
        {"town": city, "[b]": ":smile:", "people, million": 0.36, "since": None},
        {"town": "Ü", "[b]": "[i]x", "people, million": -12_345.0, "since": 1850},
    ]
    print_rows(rows)
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for head in rows[0]:
        table.add_column(head, justify="right" if head in ("people, million", "since") else "left")
    for row in rows:
        table.add_row(*map(shown, row.values()))
    drawn = io.StringIO()
    Console(file=drawn, width=200, markup=False, highlight=False, emoji=False).print(table)
    assert capsys.readouterr().out == drawn.getvalue()
