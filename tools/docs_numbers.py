"""Numbers that docs quote: each stands before a comment that says which command finds it, and is written from that.

`2.2 %<!-- pax coerce CHN IND: real_income[item=targets,horizon=short_run] -->` is two digits of that finding; `.low` and
`.high` behind the brackets are the ends of its band. `python tools/docs_numbers.py` rewrites README.md and docs/*.md;
a test fails where a number is stale.
"""

from __future__ import annotations

import re
import shlex
from functools import cache
from pathlib import Path

import paxsilica as pax
from paxsilica.cli.options import command_for
from paxsilica.desk import Desk
from paxsilica.findings import row_id
from paxsilica.questions.registry import question_class
from paxsilica.report import words

ROOT = Path(__file__).resolve().parents[1]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))

QUOTED = re.compile(
    r"(?P<shown>[−+]?[\d.,]*\d)(?P<unit>[^<\n]*)"
    r"<!-- (?P<command>pax [^:]+): (?P<row>\w+\[[^\]]*\])(?P<end>\.low|\.high)? -->"
)

DESK = Desk()


@cache
def found(command: str) -> dict[str, dict[str, float]]:
    """Name of each finding of a command -> its value, low and high."""
    _, name, *rest = shlex.split(command)
    asked: list[pax.Coerce] = []

    def keep(questions: list[pax.Coerce], **_: object) -> None:
        asked.extend(questions)

    command_for(question_class(name), keep).main(rest, standalone_mode=False)
    rows = asked[0].answered(DESK).findings.rows()
    return {row_id(row): row for row in rows}


def refreshed(text: str) -> str:
    """The text with every quoted number as its command finds it now."""

    def now(match: re.Match[str]) -> str:
        rows = found(match["command"])
        value = rows[match["row"]][(match["end"] or ".value")[1:]]
        return match[0].replace(match["shown"], words.number(value, 2), 1)

    return QUOTED.sub(now, text)


if __name__ == "__main__":
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        if (new := refreshed(text)) != text:
            page.write_text(new, encoding="utf-8")
            print(f"{page.name}: rewritten")
