"""The folder of a sweep: whose it is, what is finished, and what a full disk leaves."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from paxsilica.analysis.sweep.folder import chunk_bytes, kept_day, sweep_folder
from paxsilica.errors import InputError

NOW = {"paxsilica": "1"}
FRAME = pd.DataFrame(
    {"point": [4, 5], "region": pd.Categorical(["IND", None]), "value": [1.5, None]}
)


def opened(path: Path, digest: str = "a", versions: dict[str, str] = NOW, **more: object):
    manifest = {"title": "Duties", "day": "2026-03-01", "design": {"vary": 1}, **more}
    return sweep_folder(path, digest, 3, manifest, versions)


def test_a_chunk_is_finished_once_it_is_whole_and_of_this_design(tmp_path):
    folder = opened(tmp_path / "s")
    assert [*folder.finished()] == []
    folder.write(2, chunk_bytes(FRAME, 2, "a", ["region"]))
    folder.write(0, chunk_bytes(FRAME, 0, "b", ["region"]))
    folder.file(1).write_bytes(chunk_bytes(FRAME, 1, "a", ["region"])[:-20])
    (tmp_path / "s" / "chunks" / "mine.parquet").write_bytes(chunk_bytes(FRAME, 1, "a", ["region"]))
    assert [*folder.finished()] == [2]
    assert [*opened(tmp_path / "s").finished()] == [2]
    assert chunk_bytes(FRAME, 2, "a", ["region"]) == folder.file(2).read_bytes()


def test_duckdb_and_pandas_read_texts_and_numbers(tmp_path):
    folder = opened(tmp_path / "s")
    folder.write(0, chunk_bytes(FRAME, 0, "a", ["region"]))
    folder.write(
        1, chunk_bytes(FRAME.assign(region=pd.Categorical([None, None])), 1, "a", ["region"])
    )
    found = duckdb.sql(f"select * from '{folder.path}/chunks/*.parquet' where point = 4")
    assert dict(zip(found.columns, map(str, found.types), strict=True)) == {
        "point": "BIGINT",
        "region": "VARCHAR",
        "value": "DOUBLE",
    }
    assert sorted(map(str, found.fetchall())) == ["(4, 'IND', 1.5)", "(4, None, 1.5)"]
    assert pd.read_parquet(folder.path / "chunks")["value"].sum() == 3.0


def test_a_folder_of_another_sweep_or_of_something_else_is_refused(tmp_path):
    opened(tmp_path / "s")
    with pytest.raises(
        InputError, match=r"holds another sweep, 'Duties': vary has changed; name a new"
    ):
        opened(tmp_path / "s", "b", design={"vary": 2})
    with pytest.raises(InputError, match="another sweep, 'Duties': chunk has changed"):
        opened(tmp_path / "s", "b", chunk=7)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.tex").touch()
    with pytest.raises(InputError, match=r"is no folder of a sweep \(it holds thesis.tex\)"):
        opened(tmp_path / "mine")
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="is a file; name a folder"):
        opened(tmp_path / "file")
    (tmp_path / "s" / "sweep.json").write_text("{")
    with pytest.raises(InputError, match=r"sweep\.json is damaged"):
        opened(tmp_path / "s")
    assert kept_day(None) is kept_day(tmp_path / "none") is None


def test_versions_that_changed_are_kept_in_order(tmp_path):
    path = tmp_path / "s"
    opened(path)
    first = (path / "sweep.json").read_bytes()
    opened(path)
    assert (path / "sweep.json").read_bytes() == first
    later = opened(path, versions={"paxsilica": "2"})
    assert later.versions == [{"paxsilica": "1"}, {"paxsilica": "2"}]
    assert json.loads((path / "sweep.json").read_text())["versions"] == later.versions
    assert str(kept_day(path)) == "2026-03-01"
    for chunk in range(3):
        later.write(chunk, chunk_bytes(FRAME, chunk, "a", ["region"]))
    assert opened(path, versions={"paxsilica": "3"}).versions == later.versions, (
        "nothing is left to solve"
    )


def test_a_full_disk_is_one_line_and_finished_chunks_stay(tmp_path, monkeypatch):
    folder = opened(tmp_path / "s")
    folder.write(0, chunk_bytes(FRAME, 0, "a", ["region"]))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(
        InputError, match=r"\(No space left on device\); 1 of 3 chunks are finished and stay"
    ):
        folder.write(1, b"x")
    assert [*folder.finished()] == [0]
    assert sorted(p.name for p in (tmp_path / "s" / "chunks").iterdir()) == ["000000.parquet"]
