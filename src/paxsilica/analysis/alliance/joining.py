"""What joining costs or gives the newcomer, over the packaged sets of trade elasticities: a band, never one number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from paxsilica.analysis.alliance.values import Setting, Values
from paxsilica.economy import Economy
from paxsilica.errors import InputError

QUESTIONS = (
    *("preference", "embargo", "resilience", "members_preference"),
    *("leverage_before", "leverage_after", "members_cost", "exposure"),
)


@dataclass(frozen=True)
class Row:
    """One set of trade elasticities. Gains are positive, million USD of the baseline year.

    Attributes:
        preference: the newcomer's, from free trade of goods with the members.
        embargo: its own, from joining the members' cut of critical exports to the adversary; a cost is negative.
        resilience: its own, from free trade of critical goods with the members while the adversary cuts them all off.
        members_preference: the members' together, from its joining their free trade.
        leverage_before, leverage_after: what the adversary loses when the members cut it off, without and with it.
        members_cost: change of the members' income, the newcomer's included, from that cut; negative is a cost.
        exposure: the same from the adversary's cut of all of them, without any free trade.
        income: of the newcomer, for per cent.
    """

    elasticities: str
    preference: float
    embargo: float
    resilience: float
    members_preference: float
    leverage_before: float
    leverage_after: float
    members_cost: float
    exposure: float
    income: float


@dataclass(frozen=True)
class Joining:
    """The newcomer and a row for every set of elasticities."""

    newcomer: str
    rows: tuple[Row, ...]

    def band(self, question: str) -> tuple[float, float, float]:
        """Lowest, median and highest answer to one of QUESTIONS, million USD. Raises InputError."""
        if question not in QUESTIONS:
            raise InputError(f"unknown question {question!r}; ask one of {', '.join(QUESTIONS)}")
        values = [float(getattr(row, question)) for row in self.rows]
        return min(values), median(values), max(values)


def joining(
    setting_of: Callable[[Economy], Setting],
    economies: Sequence[Economy],
    members: Sequence[str],
    newcomer: str,
    progress: Callable[[int], None] | None = None,
) -> Joining:
    """Join and do not join, under each economy: the same table calibrated to other elasticities.

    Args:
        setting_of: the blocs and the adversary in an economy. economies: balanced, one for each set.
        members: names of the blocs inside. newcomer: name of the one that joins.
        progress: called with the number of economies done.

    Raises:
        InputError: no economy, or the newcomer is a member. ConvergenceError: an equilibrium is not solved.
    """
    if not economies:
        raise InputError("no set of elasticities is named; name one at least")
    if newcomer in members:
        raise InputError(f"{newcomer} is a member already; name who joins")
    before, after = frozenset(members), frozenset([*members, newcomer])
    rows = []
    for done, economy in enumerate(economies, 1):
        setting = setting_of(economy)
        solved = {kind: Values(setting, kind) for kind in ("preference", "leverage", "resilience")}
        for values in solved.values():
            values.solve([before, after])
        payoffs = {
            kind: (values.payoff(before), values.payoff(after)) for kind, values in solved.items()
        }
        own = {kind: new[newcomer] - old[newcomer] for kind, (old, new) in payoffs.items()}
        old, new = payoffs["preference"]
        leverage = solved["leverage"]
        inside = [name in after for name in setting.names]
        rows.append(
            Row(
                elasticities=economy.about.elasticities,
                preference=own["preference"],
                embargo=own["leverage"],
                resilience=own["resilience"],
                members_preference=sum(new[name] - old[name] for name in members),
                leverage_before=leverage.worth(before),
                leverage_after=leverage.worth(after),
                members_cost=sum(payoffs["leverage"][1][name] for name in after),
                exposure=float(solved["resilience"].gains[frozenset()][inside].sum()),
                income=float(economy.income[setting.positions([newcomer])].sum()),
            )
        )
        if progress:
            progress(done)
    return Joining(newcomer, tuple(rows))
