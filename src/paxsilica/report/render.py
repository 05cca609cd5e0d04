"""Charts -> SVG and PNG, offline. The SVG is rendered once and reused: inside the page, as a file, and for the PNG.

Drawing takes two seconds of one core, half a second of which is the start of the renderer, so it happens in a second
process while this one writes the tables. That process runs this file alone: nothing of paxsilica may be imported here.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from html import escape
from pathlib import Path
from typing import Any

VEGA_LITE = "6.4"
PNG_SCALE = 2.0

_LABELLED = re.compile(
    r'<(path|text|circle|rect)([^>]*?) aria-label="([^"]*)"([^>]*?)(?:/>|></\1>)'
)
_PATH = re.compile(r' d="[^"]*"')
_FRACTION = re.compile(r"(\.\d)\d+")


@contextmanager
def drawing(specs: Mapping[str, Any], folder: Path) -> Iterator[None]:
    """Draw `name -> specification` into `folder` while the body runs; when it ends, every `.svg` and `.png` is there.

    Raises:
        RuntimeError: the renderer failed; the message is its own.
    """
    if not specs:
        yield
        return
    with tempfile.TemporaryFile("w+", encoding="utf-8") as orders:
        json.dump(specs, orders)
        orders.seek(0)
        command = [sys.executable, "-P", __file__, str(folder)]
        child = subprocess.Popen(
            command, stdin=orders, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        try:
            yield
            _, complaint = child.communicate()
        finally:
            child.kill()
            child.wait()
            if child.stderr:
                child.stderr.close()
    if child.returncode:
        raise RuntimeError(f"the charts could not be drawn:\n{complaint}")


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


def for_page(svg: str, name: str, says: str) -> str:
    """The SVG as it stands inside the page: no background, no fixed size, and names of its own for its gradients."""
    svg = re.sub(r'<rect width="[\d.]+" height="[\d.]+" fill="white"\s*/>', "", svg, count=1)
    svg = re.sub(r'(\bid="|url\(#|xlink:href="#)', rf"\g<1>{name}-", svg)
    width = re.search(r'viewBox="0 0 ([\d.]+)', svg)
    box = f'role="img" aria-label="{escape(says)}" style="max-width:{width[1] if width else 800}px"'
    return re.sub(r'(<svg\b[^>]*?) width="[\d.]+" height="[\d.]+"', rf"\1 {box}", svg, count=1)


def _draw_all(folder: Path) -> None:
    for name, spec in json.load(sys.stdin).items():
        svg = svg_of(spec)
        (folder / f"{name}.svg").write_text(svg, encoding="utf-8")
        (folder / f"{name}.png").write_bytes(png_of(svg))


if __name__ == "__main__":
    sys.stdin.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    _draw_all(Path(sys.argv[1]))
