"""The parties of an answer, as its page speaks of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from pydantic import TypeAdapter

from paxsilica.analysis.actors import Actors, hit_of, is_crowd, world_of
from paxsilica.data.elasticities import paper
from paxsilica.names import joined
from paxsilica.questions.question import Answer
from paxsilica.report import words

MOST_LEADS = 3
"""Parties that the first screen speaks of."""


class PartiesView:
    """An answer about who acts on whom, its actors attached.

    Attributes:
        few: regions of the parties that are not most of the world.
        leads: the parties of the first screen: the hardest hit, and one that imposes.
    """

    def __init__(self, answer: Answer) -> None:
        self.answer, self.names, self.findings = answer, answer.names, answer.findings
        self.economy = e = answer.names.table
        self.world, self.hit = world_of(e), hit_of(e)
        self.actors = TypeAdapter(Actors).validate_python(answer.attachments["actors"])
        parties = self.actors.parties
        few = (p.regions for p in parties if not is_crowd(p.regions, e))
        self.few = tuple(chain.from_iterable(few))
        imposers = [party for party in parties if party.imposes]
        order = dict.fromkeys([*parties[: MOST_LEADS - 1], *imposers[:1], *parties])
        self.leads = tuple(order)[:MOST_LEADS]

    @property
    def groups(self) -> Iterator[tuple[str, list[str]]]:
        """Parties of the first screen with several members that are not most of the world, and their members by name."""
        for party in self.leads:
            names, own = map(self.names.say_region, party.regions), self.who(party.key)
            if not is_crowd(party.regions, self.economy) and joined(names) != own:
                yield party.key, [self.names.name(region) for region in party.regions]

    def billions(self, variable: str, dimension: str, **of: str) -> dict[str, float]:
        """Label -> billions of a variable of money along a dimension."""
        found = self.findings.along(variable, dimension, **of)
        return {label: (value or 0.0) / 1e3 for label, value in found.items()}

    def ranges_told(self, over: str, rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
        """What the ranges are, and whose number lies outside its own.

        Args:
            over: as `Band.over` says. rows: numbers of parties with their bands.
        """
        used = paper(self.economy.about.elasticities)
        if not over:
            yield f"No ranges: one set of trade elasticities alone was used, that of {used}."
            return
        yield (
            f"Ranges are over {over}; they are no confidence intervals of what will happen: they hold what the model does "
            "not know of the policy's effect, and nothing else that moves an outcome. The numbers are those of "
            f"{used}, and under others another region may lose or gain most."
        )
        out = [
            row for row in rows if (e := words.ends_of(row)) and not e[0] <= row["value"] <= e[1]
        ]
        if out:
            whose = joined(self.who(row["region"]) for row in out)
            yield f"Beware: the number for {whose} lies outside its range: most draws put it elsewhere."

    def who(self, key: str, beside: str = "") -> str:
        """A party or region as it stands inside a sentence; `each other` where it stands beside itself."""
        parties = {p.key: p.regions for p in self.actors.parties}
        everybody = self.economy.regions
        regions = everybody if key == self.world else parties.get(key, (key,))
        if key == beside and len(regions) > 1:
            return "each other"
        if key == self.world or not is_crowd(regions, self.economy):
            return self.names.say_regions(regions)
        rest = set(chain(*parties.values())) == set(everybody)
        return "all other regions" if rest else f"all {len(regions)} regions that the measures name"
