"""Small baselines on disk, and commands in this process with caches of their own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from ally_worlds import allied_world
from coercion_world import coercion_world
from doorway import CHAIN, SCENARIO, TEXT

from paxsilica.data import write_economy
from paxsilica.model import cache

Pax = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="session")
def place(tmp_path_factory) -> Path:
    """A folder with two small baselines, a scenario, a chain and a text; to be read only."""
    folder = tmp_path_factory.mktemp("place")
    write_economy(coercion_world(), folder / "lands.npz")
    write_economy(allied_world(), folder / "small.npz")
    for name, text in {"s.yaml": SCENARIO, "chain.yaml": CHAIN, "text.txt": TEXT}.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def caches(tmp_path, monkeypatch) -> Path:
    """The user's cache folder for this test alone; compiled equations stay where they are, they take long to make."""
    compiled = cache.cache_folder("jax")
    monkeypatch.setattr(cache, "cache_folder", lambda *_: compiled)
    monkeypatch.setattr("platformdirs.user_cache_dir", lambda *_, **__: str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def pax(monkeypatch, command, place, caches) -> Pax:
    """`pax("run", "s.yaml")` in the folder of `place` -> exit status, standard output, standard error."""
    monkeypatch.chdir(place)
    return command
