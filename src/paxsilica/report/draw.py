"""Charts -> SVG and, where asked for, PNG, offline: a process of its own.

It runs this file alone: nothing of paxsilica may be imported here. A line of its standard input names a folder with an
`ORDERS` file, `name -> specification`, and whether PNG is wanted; what is drawn there is answered with `DRAWN`.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

VEGA_LITE = "6.4"
PNG_SCALE = 2.0
ORDERS, DRAWN = "orders.json", "drawn"
UNWRITTEN = 3
"""Exit status where the disk is to blame; the last line said is then the error's number."""

_LABELLED = re.compile(
    r'<(path|text|circle|rect)([^>]*?) aria-label="([^"]*)"([^>]*?)(?:/>|></\1>)'
)
_PATH = re.compile(r' d="[^"]*"')
_FRACTION = re.compile(r"(\.\d)\d+")


def svg_of(spec: Mapping[str, Any]) -> str:
    """The chart as SVG; what each mark stands for is a native tooltip (`<title>`), which needs no script."""
    import vl_convert

    svg: str = vl_convert.vegalite_to_svg(json.dumps(spec), VEGA_LITE)
    svg = _PATH.sub(lambda path: _FRACTION.sub(r"\1", path[0]), svg)
    return _LABELLED.sub(r"<\1\2\4><title>\3</title></\1>", svg)


def png_of(svg: str) -> bytes:
    """The SVG as PNG at twice its size."""
    import vl_convert

    png: bytes = vl_convert.svg_to_png(svg, scale=PNG_SCALE)
    return png


def _draw_all(folder: Path, png: bool) -> None:
    orders = folder / ORDERS
    specs = json.loads(orders.read_bytes())
    orders.unlink()
    for name, spec in specs.items():
        svg = svg_of(spec)
        (folder / f"{name}.svg").write_text(svg, encoding="utf-8")
        if png:
            (folder / f"{name}.png").write_bytes(png_of(svg))


if __name__ == "__main__":
    svg_of({"mark": "bar", "data": {"values": [{}]}})  # a third of a second, before anybody waits
    try:
        for line in sys.stdin:
            folder, png = json.loads(line)
            _draw_all(Path(folder), png)
            print(DRAWN, flush=True)
    except OSError as error:
        print(error.errno)
        raise SystemExit(UNWRITTEN) from None
