"""The rooms of the house as a picture, drawn from the imports: `python tools/rooms.py > rooms.svg`.

A room is a folder or a file of `src/paxsilica`; an arrow points from what is imported to what imports it. Arrows that
follow from others (a -> b -> c makes a -> c plain) are left out.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from functools import cache
from graphlib import TopologicalSorter
from html import escape
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "paxsilica"
GROUND = ("about", "checks", "credible", "errors", "files", "findings", "horizon")
"""What everybody stands on; drawn as one."""

WIDTH, HEIGHT, ACROSS, DOWN = 82, 32, 112, 54


def room(module: str) -> str:
    """`paxsilica.model.solve` lies in `model`, `paxsilica.errors` in the ground."""
    name = module.split(".")[1] if "." in module else ""
    return "ground" if name in GROUND else name


@cache
def imports() -> dict[str, set[str]]:
    """Room -> rooms that it imports when it is loaded, or, a door, when it opens."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        here = room(f"paxsilica.{parts[0]}")
        if parts == ("__init__",):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("paxsilica."):
                found[here].add(room(node.module or ""))
    return {name: others - {name, ""} for name, others in found.items()}


def plain() -> dict[str, set[str]]:
    """The same without what follows from the rest."""
    direct = imports()

    @cache
    def below(name: str) -> frozenset[str]:
        return frozenset(direct.get(name, ())).union(*map(below, direct.get(name, ())))

    return {
        name: {one for one in others if not any(one in below(other) for other in others - {one})}
        for name, others in direct.items()
    }


def picture() -> str:
    """The rooms from left (imported by all) to right (doors), as SVG in the page's own colours."""
    arrows, depth = plain(), dict[str, int]()
    for name in TopologicalSorter(imports()).static_order():
        depth[name] = max((depth[one] + 1 for one in imports().get(name, ())), default=0)
    columns: dict[int, list[str]] = defaultdict(list)
    for name, column in depth.items():
        columns[column].append(name)
    tallest = max(map(len, columns.values()))
    place = {
        name: (ACROSS * column + 8, DOWN * (row + (tallest - len(names)) / 2) + 14)
        for column, names in columns.items()
        for row, name in enumerate(names)
    }
    drawn = [
        f'<path d="M{x0 + WIDTH} {y0 + HEIGHT / 2} C{x0 + WIDTH + 18} {y0 + HEIGHT / 2} {x - 18} '
        f'{y + HEIGHT / 2} {x - 2} {y + HEIGHT / 2}" fill="none" stroke="#888" marker-end="url(#head)"/>'
        for name, others in arrows.items()
        for x, y in [place[name]]
        for x0, y0 in [place[one] for one in sorted(others)]
    ]
    drawn += [
        f'<rect x="{x}" y="{y}" width="{WIDTH}" height="{HEIGHT}" rx="4" fill="none" stroke="currentColor"/>'
        f'<text x="{x + WIDTH / 2}" y="{y + HEIGHT / 2 + 5}" text-anchor="middle" fill="currentColor" '
        f'font-family="sans-serif" font-size="14">{escape(name)}</text>'
        for name, (x, y) in place.items()
    ]
    head = (
        '<defs><marker id="head" markerWidth="8" markerHeight="8" refX="7" refY="3" orient="auto">'
        '<path d="M0 0 L7 3 L0 6 z" fill="#888"/></marker></defs>'
    )
    width, height = ACROSS * len(columns), DOWN * tallest + 14
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="Rooms of the package and which imports which">{head}{"".join(drawn)}</svg>'
    )


if __name__ == "__main__":
    print(picture())
