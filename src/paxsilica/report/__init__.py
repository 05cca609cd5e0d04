"""Results as sentences, tables, charts and one HTML page. Reads results, never solves.

The names below are loaded on first use, so that a report which needs no equilibrium does not load the model.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from paxsilica.questions.question import Answer
    from paxsilica.report.focus import Focus as Focus
    from paxsilica.report.folder import check_folder as check_folder
    from paxsilica.report.reading import focus_of as focus_of
    from paxsilica.report.record import as_json as as_json
    from paxsilica.report.summary import region_rows as region_rows
    from paxsilica.report.summary import summary_lines as summary_lines
    from paxsilica.report.write import write_report as write_report

_HOMES = {
    "Focus": "focus",
    "as_json": "record",
    "check_folder": "folder",
    "focus_of": "reading",
    "region_rows": "summary",
    "summary_lines": "summary",
    "write_report": "write",
}

__all__ = [*_HOMES]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'paxsilica.report' has no attribute {name!r}")
    return getattr(import_module(f"paxsilica.report.{_HOMES[name]}"), name)


class _Callable(ModuleType):
    """The room itself writes an answer: `pax.report(answer, "build/x")`."""

    def __call__(self, answer: Answer, directory: str | Path) -> Path:
        """Write the folder of an answer, whole or not at all, and return the path of `report.html`.

        Raises:
            InputError: the directory is a file, holds anything but an earlier report, or cannot be written.
        """
        page_of = import_module("paxsilica.report.pages").page_of
        written: Path = import_module("paxsilica.report.sheet").write_sheet(
            page_of(answer), directory
        )
        return written


sys.modules[__name__].__class__ = _Callable
