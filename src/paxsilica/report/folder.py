"""The folder that one report is written to: free to be used, and whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from paxsilica.errors import InputError
from paxsilica.files import check_above, whole

CONTENTS = ("report.html", "results.csv", "run.json", "charts")


@contextmanager
def filled(target: Path, named: str | Path, beside: Sequence[str] = ()) -> Iterator[Path]:
    """A new folder to write into, which takes the place of `target` when the body has ended well.

    Args:
        beside: names of what stays in `target`, where it holds any of them: then what is written takes its place there,
            one file or folder after the other.

    Raises:
        InputError: something cannot be written; `target` is then as it was.
    """
    stays = any((target / name).exists() for name in beside)
    try:
        with whole(target / ".report" if stays else target) as partial:
            partial.mkdir()
            yield partial
            for entry in sorted(partial.iterdir()) if stays else ():
                with whole(target / entry.name) as place:
                    os.rename(entry, place)
        if stays:
            (target / ".report").rmdir()
    except OSError as exc:
        raise InputError(
            f"{named}: cannot be written ({exc.strerror}); make room or name a folder you may write to"
        ) from exc


def check_folder(
    named: str | Path, ours: Callable[[Path], bool] | None = None, beside: Sequence[str] = ()
) -> Path:
    """The whole path of a folder that a report may be written to.

    Args:
        ours: of a file, whether another may take its place; without it what stands there must be an earlier report.
        beside: names of what may stand there beside it, or before it.

    Raises:
        InputError: a file stands there or above it, it holds anything else, or it cannot be written.
    """
    try:
        target = Path(named).resolve()
        if target.is_dir():
            _refuse_foreign(target, named, ours, beside)
        elif target.exists():
            raise InputError(f"{named} is a file; name a folder for the report")
        check_above(target, named)
    except OSError as exc:
        shown = named if len(str(named)) < 80 else f"{str(named)[:80]}..."
        raise InputError(
            f"{shown}: cannot be used ({exc.strerror}); name another folder for the report"
        ) from exc
    return target


def check_folders(out: str | Path, titles: Sequence[str], beside: Sequence[str] = ()) -> list[Path]:
    """A folder for each report: `out` itself for one, else one below it by title. Raises InputError, as `check_folder`."""
    folders = [Path(out) / title for title in titles] if len(titles) > 1 else [Path(out)]
    seen = [folder.name.casefold() for folder in folders]
    for at, folder in enumerate(folders):
        if seen[at] in seen[:at]:
            raise InputError(
                f"two reports would both be written to {folder}; rename one or write them apart"
            )
        check_folder(folder, beside=beside)
    return folders


def _refuse_foreign(
    target: Path,
    named: str | Path,
    ours: Callable[[Path], bool] | None,
    beside: Sequence[str],
) -> None:
    if Path.cwd().is_relative_to(target):
        raise InputError(
            f"{named} is the folder you are in; name a new one below it, such as {Path(named) / 'report'}"
        )
    if ours is not None:
        for path in sorted(target.iterdir()):
            if not (path.is_file() and ours(path)):
                raise InputError(
                    f"{named} holds {path.name}, which would be lost; move it away or name a new folder"
                )
        return
    found = sorted(path.name for path in target.iterdir() if path.name not in beside)
    kept = any((target / name).exists() for name in beside)
    found = [name for name in found if not (kept and name.startswith("."))]
    if found and "run.json" not in found and not kept:
        raise InputError(
            f"{named} exists and is no earlier report (it holds {found[0]}); name a new folder"
        )
    foreign = [name for name in found if name not in CONTENTS]
    if foreign:
        raise InputError(
            f"{named} holds {foreign[0]} beside an earlier report; move it away or name a new folder"
        )
