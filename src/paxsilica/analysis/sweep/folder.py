"""The folder of a sweep: `sweep.json`, which says whose it is, and `chunks/`, a Parquet file for every finished chunk.

A chunk is there whole or not at all, so that a run that was killed goes on behind the last one.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paxsilica.analysis.sweep.written import SWEEP
from paxsilica.errors import InputError
from paxsilica.files import check_above, whole

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

MANIFEST, CHUNK_FOLDER = "sweep.json", "chunks"

_CHUNK_STAMP = b"paxsilica.sweep"


@dataclass(frozen=True)
class SweepFolder:
    """A folder that belongs to one design.

    Attributes:
        named: as the user wrote it. digest: of the design. versions: of the programs that solved it, in order.
    """

    path: Path
    named: str
    digest: str
    chunks: int
    versions: Sequence[Mapping[str, str]]

    def file(self, chunk: int) -> Path:
        return self.path / CHUNK_FOLDER / f"{chunk:06d}.parquet"

    def finished(self) -> Iterator[int]:
        """Chunks that are there and whole."""
        import pyarrow.parquet as pq
        from pyarrow import ArrowInvalid

        for path in sorted((self.path / CHUNK_FOLDER).glob("*.parquet")):
            try:
                stamp = (pq.read_metadata(path).metadata or {}).get(_CHUNK_STAMP, b"").decode()
            except (ArrowInvalid, OSError):
                continue
            chunk, _, digest = stamp.partition(" ")
            if digest == self.digest and path == self.file(int(chunk)):
                yield int(chunk)

    def write(self, chunk: int, content: bytes) -> None:
        """Write a chunk, whole or not at all. Raises InputError where there is no room or no right to."""
        with self._writing(), whole(self.file(chunk)) as partial:
            partial.write_bytes(content)

    def frame(self, chunk: int) -> pa.Table:
        """The numbers of a finished chunk."""
        import pyarrow.parquet as pq

        return pq.read_table(self.file(chunk))

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as exc:
            done = sum(1 for _ in self.finished()) if self.path.is_dir() else 0
            raise InputError(
                f"{self.named}: cannot be written ({exc.strerror}); {done} of {self.chunks} chunks are finished and stay: "
                "make room and ask again"
            ) from exc


def sweep_folder(
    named: str | Path,
    digest: str,
    chunks: int,
    manifest: Mapping[str, Any],
    versions: Mapping[str, str],
) -> SweepFolder:
    """The folder of a design, made where there is none.

    Args:
        manifest: what `sweep.json` says of the design. versions: of the programs that solve now.

    Raises:
        InputError: it is a file, holds something else, belongs to another design, or cannot be written.
    """
    path = Path(named).resolve()
    if path.exists() and not path.is_dir():
        raise InputError(f"{named} is a file; name a folder for the sweep")
    check_above(path, named)
    kept = _kept_manifest(path, named)
    used = list(kept.get("versions", []))
    if kept and kept.get("digest") != digest:
        raise InputError(
            f"{named} holds another sweep, {kept.get('title', '')!r}: {_what_differs(kept, manifest)}; name a new folder"
        )
    found = SweepFolder(path, str(named), digest, chunks, used)
    if used[-1:] != [dict(versions)] and sum(1 for _ in found.finished()) < chunks:
        used.append(dict(versions))
    said = {"schema": SWEEP.schema, "digest": digest, **manifest, "versions": used}
    if said != kept:
        text = json.dumps(said, indent=2, ensure_ascii=False) + "\n"
        with found._writing(), whole(path / MANIFEST) as partial:
            partial.write_text(text, encoding="utf-8", newline="")
    return found


def kept_day(named: str | Path | None) -> date | None:
    """The day that the answers of a folder are of; None where there are none."""
    if named is None:
        return None
    day = _kept_manifest(Path(named).resolve(), named).get("day")
    return date.fromisoformat(day) if day else None


def _kept_manifest(path: Path, named: str | Path) -> dict[str, Any]:
    """What `sweep.json` says; nothing where there is no folder or an empty one. Raises InputError."""
    inside = [] if not path.is_dir() else sorted(p.name for p in path.iterdir())
    foreign = [name for name in inside if not name.startswith(".pax-")]
    if not foreign:
        return {}
    if MANIFEST not in foreign:
        raise InputError(
            f"{named} exists and is no folder of a sweep (it holds {foreign[0]}); name a new folder"
        )
    try:
        kept = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
    except (ValueError, OSError) as exc:
        raise InputError(f"{named}: {MANIFEST} is damaged; name a new folder") from exc
    return kept if isinstance(kept, dict) else {"digest": ""}


def _what_differs(kept: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """The first thing that makes another design of it."""
    was, new = ({**of.get("design", {}), **of.get("inputs", {}), **of} for of in (kept, now))
    same = (
        "title",
        "digest",
        "schema",
        "versions",
        "design",
        "inputs",
        "columns",
        "points",
        "chunks",
    )
    keys = [key for key in {**was, **new} if was.get(key) != new.get(key) and key not in same]
    return f"{keys[0]} has changed" if keys else "another design"


def chunk_bytes(frame: pd.DataFrame, chunk: int, digest: str, texts: Collection[str]) -> bytes:
    """A chunk as a Parquet file: texts dictionary-coded, the same bytes for the same numbers."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    def column(name: str) -> pa.Array:
        if name not in texts:
            return pa.array(frame[name].to_numpy())
        held = [text if isinstance(text, str) and text else None for text in frame[name]]
        return pa.array(held, pa.string()).dictionary_encode()

    stamp = {_CHUNK_STAMP: f"{chunk} {digest}".encode()}
    table = pa.table({name: column(name) for name in frame.columns}).replace_schema_metadata(stamp)
    target = BytesIO()
    pq.write_table(table, target, compression="zstd")
    return target.getvalue()
