"""An `Economy` in one `.npz` file: float32 at rest, float64 in memory, labels and notes included.

Members: `regions`, `sectors` (text), `flows`, `tariffs`, `inputs` (float32, axes as in `Economy`), `trade_elasticity`
(float64) and `meta` (JSON text: the format's name, notes, and what `About` holds).
"""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paxsilica.economy import About, Array, Economy, Note
from paxsilica.errors import EconomyError

FORMAT = "paxsilica/economy@1"
_ARRAYS = ("flows", "tariffs", "inputs")
_LABELS = ("regions", "sectors")


def as_stored(economy: Economy) -> Economy:
    """The economy with every number representable in float32, as `write_economy` stores it.

    Flows and tariffs are rounded up and inputs down, so that final spending cannot turn negative by rounding; the
    relative change is at most 1.2e-7.
    """
    return replace(
        economy,
        flows=_rounded(economy.flows, np.inf),
        tariffs=_rounded(economy.tariffs, np.inf),
        inputs=_rounded(economy.inputs, 0.0),
    )


def write_economy(economy: Economy, path: str | Path) -> Path:
    """Write one compressed `.npz`; the same economy always gives the same bytes. Returns the path.

    Raises:
        EconomyError: the file name does not end in `.npz`.
    """
    path = Path(path)
    if path.suffix != ".npz":
        raise EconomyError(f"{path}: the file name must end in .npz")
    stored = as_stored(economy)
    members: dict[str, NDArray[Any]] = {name: np.array(getattr(stored, name)) for name in _LABELS}
    members |= {name: getattr(stored, name).astype(np.float32) for name in _ARRAYS}
    members["trade_elasticity"] = stored.trade_elasticity
    members["meta"] = np.array(json.dumps(_meta(economy), ensure_ascii=False))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, values in members.items():
            buffer = io.BytesIO()
            np.lib.format.write_array(
                buffer, np.ascontiguousarray(values).reshape(values.shape), allow_pickle=False
            )
            archive.writestr(_entry(f"{name}.npy"), buffer.getvalue(), compresslevel=9)
    return path


def read_economy(path: str | Path) -> Economy:
    """Read what `write_economy` wrote.

    Raises:
        EconomyError: not such a file, a member missing, or arrays that are no valid economy.
    """
    try:
        with Path(path).open("rb") as file:
            archive = np.load(file, allow_pickle=False)
            if isinstance(archive, np.ndarray):
                raise EconomyError(
                    f"{path}: holds one bare array; write the economy with write_economy"
                )
            found = {name: archive[name] for name in archive.files}
    except EconomyError:
        raise
    except (OSError, ValueError, EOFError, MemoryError, zipfile.BadZipFile, zlib.error) as exc:
        raise EconomyError(
            f"{path}: not an .npz economy ({_one_line(exc)}); write it with write_economy"
        ) from exc
    for name in (*_LABELS, *_ARRAYS, "trade_elasticity", "meta"):
        if name not in found:
            raise EconomyError(
                f"{path}: has no array named {name}; write the economy with write_economy"
            )
    meta = _meta_of(path, str(found["meta"]))
    try:
        return Economy(
            tuple(str(label) for label in np.atleast_1d(found["regions"])),
            tuple(str(label) for label in np.atleast_1d(found["sectors"])),
            **{name: found[name] for name in (*_ARRAYS, "trade_elasticity")},
            notes=meta.notes,
            about=meta.about,
        )
    except EconomyError as exc:
        raise EconomyError(f"{path}: {exc}".replace("\n", f"\n{path}: ")) from exc


def _rounded(values: Array, towards: float) -> Array:
    near = values.astype(np.float32)
    wrong = near < values if towards > 0 else near > values
    return np.where(wrong, np.nextafter(near, np.float32(towards)), near).astype(np.float64)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    entry.create_system = 3
    return entry


def _meta(economy: Economy) -> dict[str, Any]:
    from pydantic import TypeAdapter

    about_and_notes = TypeAdapter(_Meta).dump_python(_Meta(economy.about, economy.notes))
    return {"format": FORMAT, **about_and_notes}


@dataclass(frozen=True)
class _Meta:
    """The `meta` member, as text that anyone may have edited."""

    about: About = field(default_factory=About)
    notes: tuple[Note, ...] = ()


def _meta_of(path: str | Path, text: str) -> _Meta:
    """Raises EconomyError: no JSON, another format, or a field that does not hold what `About` and `Note` say."""
    from pydantic import TypeAdapter, ValidationError

    try:
        meta = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as exc:
        raise EconomyError(
            f"{path}: meta is not JSON ({exc}); write the economy with write_economy"
        ) from exc
    given = meta.get("format") if isinstance(meta, dict) else None
    if given != FORMAT:
        raise EconomyError(
            f"{path}: format is {given!r}, this version reads {FORMAT!r}; write the economy again"
        )
    try:
        return TypeAdapter(_Meta).validate_python(meta)
    except ValidationError as exc:
        first = exc.errors(include_url=False)[0]
        where, why = ".".join(map(str, first["loc"])), _one_line(first["msg"])
        raise EconomyError(
            f"{path}: meta.{where} is wrong ({why}); write the economy with write_economy"
        ) from exc


def _one_line(reason: object) -> str:
    return " ".join(str(reason).split()) or type(reason).__name__
