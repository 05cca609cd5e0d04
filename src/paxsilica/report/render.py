"""Charts as files and inside pages.

Drawing takes two seconds of one core, half a second of which is the start of the renderer, so it happens in a second
process (`draw.py`) while this one writes the tables. An SVG is rendered once and reused: inside the page, as a file, and
for the PNG.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from html import escape
from pathlib import Path
from typing import Any

from paxsilica.errors import PaxError
from paxsilica.report import draw
from paxsilica.report.charts.theme import Figure

WIDEST_PICTURE = 760
"""Pixels of a picture that has room for the numbers beside it."""


@contextmanager
def drawing(specs: Mapping[str, Any], folder: Path) -> Iterator[None]:
    """Draw `name -> specification` into `folder` while the body runs; when it ends, every `.svg` and `.png` is there.

    Raises:
        OSError: the pictures cannot be written. PaxError: the renderer is missing or failed.
    """
    if not specs:
        yield
        return
    with tempfile.TemporaryFile("w+", encoding="utf-8", dir=folder) as orders:
        json.dump(specs, orders)
        orders.seek(0)
        command = [sys.executable, "-P", draw.__file__, str(folder)]
        with subprocess.Popen(
            command, stdin=orders, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        ) as child:
            try:
                yield
                _, complaint = child.communicate()
            finally:
                child.kill()
    if child.returncode == draw.UNWRITTEN:
        raise OSError(int(complaint), os.strerror(int(complaint)))
    if child.returncode:
        why = complaint.strip().rpartition("\n")[2] or f"the renderer ended with {child.returncode}"
        raise PaxError(
            f"the charts could not be drawn ({why}); install vl-convert-python anew, or leave out --out"
        )


def for_page(svg: str, figure: Figure) -> str:
    """The SVG as it stands inside the page: no background, no fixed size, names of its own for its gradients.

    To who cannot see it it is one picture with `figure.alt`, without parts.
    """
    svg = re.sub(r' (?:role|aria-[a-z]+|class)="[^"]*"', "", svg)
    svg = re.sub(r'<rect width="[\d.]+" height="[\d.]+" fill="white"\s*/>', "", svg, count=1)
    svg = re.sub(r'(\bid="|url\(#|xlink:href="#)', rf"\g<1>{figure.name}-", svg)
    found = re.search(r'viewBox="0 0 ([\d.]+)', svg)
    width = float(found[1]) if found else 800.0
    kind = "map" if figure.mark == "World map" else "wide" if width > WIDEST_PICTURE else ""
    size = f'class="{kind}" style="--width:{width:g}px"'
    box = f'role="img" aria-label="{escape(figure.alt)}" {size}'
    return re.sub(r'(<svg\b[^>]*?) width="[\d.]+" height="[\d.]+"', rf"\1 {box}", svg, count=1)
