"""Made-up supply chains, and their best output from a second, plainer linear programme and solver.

The programme follows every sale from country to country and from stage to stage. It is solved by the tableau method
with Bland's rule, and the optimum is proved by the dual solution that the tableau ends with.
"""

import contextlib
import tempfile
from pathlib import Path

import numpy as np

from paxsilica.analysis.chain import Input, Outage, Stage, SupplyChain, load_chain
from paxsilica.economy import Source
from paxsilica.names.places import OTHER

SOURCES = {"s": Source("Title", "Publisher", "public domain", "2025")}
COUNTRIES = ("CHN", "JPN", "USA", "NLD")


def stage(name, inputs=(), shares=None, **more):
    """A stage from what matters: `inputs` are ids or `Input`s."""
    used = tuple(Input(k) if isinstance(k, str) else k for k in inputs)
    known = {} if shares is None else {"year": 2025, "source": "s"}
    return Stage(name, name.capitalize(), used, shares, **known, **more)


def chain_of(*stages, final=None, name="test"):
    return SupplyChain(name, "Test", tuple(stages), tuple(final or (stages[-1].id,)), SOURCES)


def parse_chain(text, name="chain.yaml"):
    """The chain of a file with this text, which lies alone in the working directory."""
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        Path(name).write_text(text, encoding="utf-8")
        return load_chain(name)


def by_id(chain, values):
    """Values of stages by their ids."""
    return dict(zip(chain.ids, values.tolist(), strict=True))


def draw_chain(rng, most=4, countries=COUNTRIES[:3]):
    """A connected chain of up to `most` stages; the last is final, and at times another."""
    size = int(rng.integers(2, most + 1))
    stages = []
    for s in range(size):
        earlier = [f"s{k}" for k in range(s) if rng.random() < 0.6]
        if s == size - 1:
            used = {given.stage for made in stages for given in made.inputs}
            earlier = sorted({*earlier, *(made.id for made in stages if made.id not in used)})
        inputs = [
            Input(k, float(rng.integers(1, 4)), float(rng.choice([0, 0, 0.2, 1]))) for k in earlier
        ]
        shares = rng.dirichlet(np.full(len(countries) + 1, 0.7))[:-1]
        named = {
            c: round(float(x), 3)
            for c, x in zip(countries, shares, strict=True)
            if rng.random() < 0.8
        }
        days = {"stock": float(rng.integers(0, 120)), "rebuild": float(rng.integers(0, 400))}
        known = named if any(named.values()) else None
        stages.append(stage(f"s{s}", inputs, known, spare=float(rng.choice([0, 0, 0.1])), **days))
    final = ["s0", f"s{size - 1}"] if rng.random() < 0.3 else [f"s{size - 1}"]
    return chain_of(*stages, final=final)


def draw_cuts(rng, chain, countries=COUNTRIES[:3], buyers=True):
    cuts = []
    for _ in range(int(rng.integers(1, 4))):
        some = [c for c in countries if rng.random() < 0.5] or [countries[0]]
        where = (
            tuple(s.id for s in chain.stages if rng.random() < 0.5) if rng.random() < 0.5 else ()
        )
        to = (
            tuple(c for c in countries if rng.random() < 0.5)
            if buyers and rng.random() < 0.6
            else ()
        )
        cuts.append(Outage(tuple(some), where, to, float(rng.choice([1, 1, 0.3, 0.75]))))
    return tuple(cuts)


def best_output(chain, cuts, more=None):
    """The largest output in shares of normal. `more`: `(stage, country)` -> capacity added."""
    c, A, b = _every_sale(chain, cuts, more or {})
    return proved_optimum(c, A, b)


def _every_sale(chain, cuts, more):
    places = [*dict.fromkeys(country for s in chain.stages for country in s.shares or {}), OTHER]
    share = {(s.id, i): (s.shares or {}).get(i, 0.0) for s in chain.stages for i in places}
    share |= {(s.id, OTHER): 1 - sum((s.shares or {}).values()) for s in chain.stages}
    weights = {(used.stage, s.id): used.weight for s in chain.stages for used in s.inputs}
    saved = {(used.stage, s.id): used.substitutable for s in chain.stages for used in s.inputs}
    u = {
        (k, s): w / sum(v for (j, _), v in weights.items() if j == k)
        for (k, s), w in weights.items()
    }
    meant = {cut: cut.stages or tuple(s.id for s in chain.stages) for cut in cuts}
    names = {}

    def column(*name):
        return names.setdefault(name, len(names))

    rows = []
    for s in chain.stages:
        for i in places:
            capacity = share[s.id, i] * (1 + s.spare)
            for cut in cuts:
                if not cut.buyers and i in cut.suppliers and s.id in meant[cut]:
                    capacity *= 1 - cut.share
            rows.append(({column("y", s.id, i): 1.0}, capacity + more.get((s.id, i), 0.0)))
    for f in chain.final:
        rows.append(({column("d", f): 1.0}, 1.0))
        rows.append(({column("d", f): 1.0} | {column("y", f, i): -1.0 for i in places}, 0.0))
    quotas = {}
    for k, s in u:
        for b in places:
            bought = {}
            for i in places:
                stopped = [
                    cut
                    for cut in cuts
                    if cut.buyers
                    and k in meant[cut]
                    and i in cut.suppliers
                    and b in cut.buyers
                    and i != b
                ]
                for cut in stopped:
                    quota = quotas.setdefault((cut, k), [{}, 0.0])
                    quota[1] += (1 - cut.share) * share[k, i] * u[k, s] * share[s, b]
                if all(cut.share < 1 for cut in stopped):
                    bought[column("x", k, s, i, b)] = -1.0
                    for cut in stopped:
                        quotas[cut, k][0][column("x", k, s, i, b)] = 1.0
            rows.append((bought | {column("y", s, b): u[k, s] * (1 - saved[k, s])}, 0.0))
    for k in {k for k, _ in u}:
        for i in places:
            sales = {
                at: 1.0
                for name, at in names.items()
                if name[0] == "x" and name[1] == k and name[3] == i
            }
            rows.append((sales | {column("y", k, i): -1.0}, 0.0))
    rows += [(entries, limit) for entries, limit in quotas.values() if entries]
    A = np.zeros((len(rows), len(names)))
    for at, (entries, _) in enumerate(rows):
        A[at, list(entries)] = list(entries.values())
    c = np.zeros(len(names))
    c[[names["d", f] for f in chain.final]] = 1 / len(chain.final)
    return c, A, np.array([limit for _, limit in rows])


def proved_optimum(c, A, b):
    """max c x, A x <= b, x >= 0 for b >= 0: the tableau method, and the proof by weak duality."""
    m, n = A.shape
    table = np.block([[A, np.eye(m), np.maximum(b, 0)[:, None]], [-c[None], np.zeros((1, m + 1))]])
    basis = np.arange(n, n + m)
    for _ in range(20_000):
        entering = np.flatnonzero(table[-1, :-1] < -1e-11)
        if not entering.size:
            break
        at = entering[0]
        up = np.flatnonzero(table[:-1, at] > 1e-11)
        ratio = table[up, -1] / table[up, at]
        tied = up[ratio <= ratio.min() + 1e-13]
        leaving = tied[np.argmin(basis[tied])]
        table[leaving] /= table[leaving, at]
        others = table[:, at].copy()
        others[leaving] = 0.0
        table -= np.outer(others, table[leaving])
        basis[leaving] = at
    x, dual = np.zeros(n + m), table[-1, n : n + m]
    x[basis] = table[:-1, -1]
    x = x[:n]
    assert (A @ x <= b + 1e-9).all()
    assert (x >= -1e-9).all()
    assert (dual >= -1e-9).all()
    assert (dual @ A >= c - 1e-9).all()
    assert abs(c @ x - dual @ b) < 1e-8
    return float(c @ x)
