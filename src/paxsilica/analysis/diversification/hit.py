"""What an exporter is hit by: a scenario, a policy off the shelf, or a duty written as `USA=50%`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from paxsilica.errors import InputError
from paxsilica.names import Names, joined
from paxsilica.policy import Scenario
from paxsilica.policy.law import VARIANTS
from paxsilica.policy.library import US_LAW, is_policy, policy_name
from paxsilica.policy.measures.border import BorderRate
from paxsilica.policy.values import parse_percent, show_percent

FILES = (".yaml", ".yml")


def is_duty(written: str) -> bool:
    """Whether a hit is no policy and no file, and so is importer and rate."""
    return not is_policy(written) and not any(ending in written.casefold() for ending in FILES)


def duty_scenario(
    written: str, names: Names, exporters: Sequence[str], sectors: Sequence[str]
) -> Scenario:
    """The scenario of `USA=50%` or `USA=50%,EU=25%`: points added to the tariffs of importers on the exporters' goods.

    Raises:
        InputError: no rate, a rate that is none, an importer that is an exporter or stands twice. LabelError: no importer.
    """
    measures, known = list[BorderRate](), set[str]()
    sellers = names.placed_regions(exporters, "exporter")
    for part in filter(str.strip, written.split(",")):
        importer, equals, rate = (word.strip() for word in part.partition("="))
        if not equals or not importer:
            raise InputError(
                f"--hit-by {part.strip()[:40]}: write importer and rate, such as USA=50%, a policy, or a scenario file"
            )
        regions = names.placed_regions([importer], "--hit-by")
        if both := [region for region in regions if region in sellers]:
            raise InputError(
                f"{both[0]} is exporter and puts the duty; a hit is another's: name a market"
            )
        if twice := known.intersection(regions):
            raise InputError(f"--hit-by names {sorted(twice)[0]} twice; write one rate for it")
        known.update(regions)
        try:
            points = parse_percent(rate)
        except ValueError as error:
            raise InputError(f"--hit-by {importer}: {error}") from None
        if points <= 0:
            raise InputError(f"--hit-by {importer}={rate}: a hit is a duty above 0 %")
        told = {
            "id": f"duty-{len(measures) + 1}",
            "kind": "tariff",
            "importer": [names.label([importer])],
            "exporter": [*dict.fromkeys(names.label([exporter]) for exporter in exporters)],
            "sector": list(sectors),
            "op": "add",
            "rate": show_percent(points),
        }
        try:
            measures.append(BorderRate.model_validate(told))
        except ValueError:
            raise InputError(
                f"--hit-by {importer}={rate}: no duty that a scenario can hold; write one such as {importer}=50%"
            ) from None
    if not measures:
        raise InputError(f"--hit-by {written[:40]!r}: write importer and rate, such as USA=50%")
    said = joined(
        names.say(part.partition("=")[0].strip(), inside=True) for part in written.split(",")
    )
    title = f"Duties added by {said} on goods from {names.say(exporters, inside=True)}"
    return Scenario(schema="paxsilica/scenario@1", title=title, measures=tuple(measures))


def law_of_hit(written: str) -> tuple[date, str] | None:
    """Day and variant of the US law, where a hit is it alone and not as paid: its duties are known by product."""
    if not is_policy(written) or "+" in written:
        return None
    named = policy_name(written)
    variant = named.variant or VARIANTS[0]
    return (named.day, variant) if named.policy == US_LAW and variant != VARIANTS[-1] else None
