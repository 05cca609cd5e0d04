"""What leaves the program: files whole or not at all, cells no spreadsheet runs, lines no terminal obeys."""

from __future__ import annotations

import csv
import fcntl
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from paxsilica.errors import InputError

_WORK = re.compile(r"\.pax-[0-9a-f]{8}\.partial")
_FORMULA = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")
_SHOWN = {
    **dict.fromkeys((*range(0x20), *range(0x7F, 0xA0)), "\ufffd"),
    **dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)), "\ufffd"),
    **dict.fromkeys(map(ord, "\t\n\v\f\r\x85\u2028\u2029"), " "),
}
"""What a terminal would obey is seen as U+FFFD, and what would begin another line as a blank."""


NOT_KEPT = "not kept"
"""Name of a note that says that answers could not be written to a file that goes on from them."""


@contextmanager
def whole(target: Path) -> Iterator[Path]:
    """A path to write a file or a folder to, which takes the place of `target` when the body has ended well.

    It lies in a work folder beside `target`, locked as long as its owner lives. What a run that was
    killed left there is cleared first; an earlier folder that it had moved aside is put back.

    Raises:
        OSError: something cannot be written; `target` is then as it was.
    """
    made = [folder for folder in target.parents if not folder.exists()]
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _clear_remnants(target.parent)
        with _work_folder(target.parent) as work:
            yield work / "new"
            if target.is_dir():
                os.rename(target, work / "old" / target.name)
            os.replace(work / "new", target)
    finally:
        for folder in made:  # goes where nothing was written into it
            with suppress(OSError):
                folder.rmdir()


@contextmanager
def _work_folder(parent: Path) -> Iterator[Path]:
    work = parent / f".pax-{secrets.token_hex(4)}.partial"
    work.mkdir()
    held = _lock(work, wait=True)
    try:
        (work / "old").mkdir()
        yield work
    finally:
        _remove(work)
        if held is not None:
            os.close(held)


def _clear_remnants(parent: Path) -> None:
    """Remove work folders whose owner is gone; one that is empty is just being made."""
    for work in parent.glob(".pax-*.partial"):
        held = _lock(work) if _WORK.fullmatch(work.name) else None
        if held is not None:
            with suppress(OSError):
                if any(work.iterdir()):
                    _remove(work)
            os.close(held)


def _remove(work: Path) -> None:
    """Remove a work folder; a folder that was moved aside and has no successor is put back."""
    for earlier in (work / "old").glob("*"):
        if not os.path.lexists(work.parent / earlier.name):
            os.rename(earlier, work.parent / earlier.name)
    shutil.rmtree(work, ignore_errors=True)


def _lock(folder: Path, wait: bool = False) -> int | None:
    """A descriptor that holds the folder; the system lets go when its owner dies. None: held already, or no lock here."""
    try:
        held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        fcntl.flock(held, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(held)
        return None
    return held


def check_above(target: Path, named: str | Path) -> None:
    """Raises InputError where nothing can be written in the folder that a file or folder is to stand in."""
    above = next(folder for folder in target.parents if folder.exists())
    if not (above.is_dir() and os.access(above, os.W_OK | os.X_OK)):
        raise InputError(
            f"{named}: nothing can be written in {above.name or above}; choose a folder you may write to"
        )


def own_folders() -> dict[str, Path]:
    """The two places of a user's own that are written to: what can be made again, and what is kept."""
    import platformdirs

    places = {"cache": platformdirs.user_cache_dir, "store": platformdirs.user_data_dir}
    return {name: Path(of("paxsilica", appauthor=False)) for name, of in places.items()}


def cache_folder(name: str, room: int = 0) -> Path | None:
    """The user's folder for what can be made again; None where it cannot take a file of `room` bytes."""
    folder = own_folders()["cache"] / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(bytes(room))
    except OSError:
        return None
    return folder


class _Lines(list[str]):
    def write(self, row: str) -> None:
        self.append(row.removesuffix("\r\n") + "\n")


def csv_text(heads: Sequence[str], rows: Iterable[Iterable[Any]]) -> str:
    """A table as CSV: numbers to the last digit, nothing for None and NaN, texts guarded; lines end with `\\n`."""
    clean = ((guarded(cell) if cell == cell else None for cell in row) for row in rows)
    return csv_of_clean(map(guarded, heads), clean)


def csv_of_clean(heads: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    """The same of cells whose texts are `guarded` already and none of which is NaN."""
    lines = _Lines()
    writer = csv.writer(lines)  # it quotes either half of its own line end, and only these
    writer.writerow(heads)
    writer.writerows(rows)
    return "".join(lines)


def guarded(cell: Any) -> Any:
    """A text that a spreadsheet would run as a formula with an apostrophe before it; all else as it is."""
    return "'" + cell if isinstance(cell, str) and _FORMULA.match(cell) else cell


def unguarded(cell: str) -> str:
    """A text cell as it was before the apostrophe."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def printable(text: str) -> str:
    """The text in one line that a terminal shows and does not obey: no line ends, controls or turns of direction."""
    return text.translate(_SHOWN)
