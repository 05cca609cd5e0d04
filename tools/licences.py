"""Write the table of licences of docs/data.md from SOURCES.toml and tools/chains/sources.toml:

python tools/licences.py
"""

from __future__ import annotations

import tomllib
from pathlib import Path

from paxsilica.data.sources import PACKAGED

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs" / "data.md"
BEGIN, END = "<!-- licences: written by tools/licences.py -->", "<!-- end of licences -->"
PARTS = ("publisher", "licence", "stated", "checked")


def main() -> None:
    lines = [
        "| what | in | publisher | licence | where stated | read on |",
        "|---|---|---|---|---|---|",
    ]
    for path in (PACKAGED / "SOURCES.toml", ROOT / "tools" / "chains" / "sources.toml"):
        for key, source in tomllib.loads(path.read_text(encoding="utf-8")).items():
            files = dict.fromkeys(file.partition(":")[0] for file in source.get("files", ()))
            where = ", ".join(f"`{file.removeprefix('data/packaged/')}`" for file in files)
            apart = "`data-nc`, not in the package" if key == "eto" else "chains"
            cells = (source["title"], where or apart, *(source[part] for part in PARTS))
            lines.append(f"| {' | '.join(cells)} |")
    before, _, rest = DOCS.read_text(encoding="utf-8").partition(BEGIN)
    table = "\n".join(lines)
    DOCS.write_text(
        f"{before}{BEGIN}\n\n{table}\n\n{END}{rest.partition(END)[2]}", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
