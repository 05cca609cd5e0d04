"""Results as sentences, tables, charts and one HTML page. Reads results, never solves."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from paxsilica.questions.question import Answer


class _Callable(ModuleType):
    """The room itself writes an answer: `pax.report(answer, "build/x")`."""

    def __call__(self, answer: Answer, directory: str | Path, png: bool = False) -> Path:
        """Write the folder of an answer, whole or not at all, and return the path of `report.html`.

        Args:
            png: whether charts are written as PNG too.

        Raises:
            InputError: the directory is a file, holds anything but an earlier report, or cannot be written.
        """
        report_of = import_module("paxsilica.report.pages").report_of
        write = import_module("paxsilica.report.report").write_report
        written: Path = write(report_of(answer), directory, png)
        return written


sys.modules[__name__].__class__ = _Callable
