"""Charts as files and inside pages.

Drawing takes half a second of one core, and the renderer as much again to start. So it is a second process (`draw.py`),
started before anything is solved, which draws while this one writes tables and page. An SVG is rendered once and
reused: inside the page, as a file, and for the PNG.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from html import escape
from pathlib import Path
from typing import Any

from paxsilica.errors import PaxError
from paxsilica.report import draw
from paxsilica.report.charts.theme import Figure

WIDEST_PICTURE = 760
"""Pixels of a picture that has room for the numbers beside it."""


Renderer = subprocess.Popen[bytes]


@contextmanager
def renderer() -> Iterator[Renderer]:
    """The process that draws, started at once; it ends with the body."""
    command = [sys.executable, "-P", draw.__file__]
    pipe, said = subprocess.PIPE, subprocess.STDOUT
    with subprocess.Popen(command, bufsize=0, stdin=pipe, stdout=pipe, stderr=said) as process:
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def drawing(
    specs: Mapping[str, Any], folder: Path, process: Renderer, png: bool = False
) -> Iterator[None]:
    """Draw `name -> specification` into `folder` while the body runs; when it ends, every `.svg` is there.

    Args:
        png: whether every `.png` is wanted too.

    Raises:
        OSError: the pictures cannot be written. PaxError: the renderer is missing or failed.
    """
    assert process.stdin
    assert process.stdout
    (folder / draw.ORDERS).write_text(json.dumps(specs), encoding="utf-8")
    with suppress(BrokenPipeError):  # it has ended; what it said is read below
        process.stdin.write(json.dumps([str(folder), png]).encode() + b"\n")
    said = ""
    with ExitStack() as otherwise:
        otherwise.callback(process.wait)
        otherwise.callback(process.kill)
        yield
        for line in process.stdout:
            if line.strip() == draw.DRAWN.encode():
                otherwise.pop_all()
                return
            said = line.decode(errors="replace").strip() or said
        status = process.wait()
    if status == draw.UNWRITTEN:
        raise OSError(int(said), os.strerror(int(said)))
    why = said or f"the renderer ended with {status}"
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
