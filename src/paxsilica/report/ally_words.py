"""What an assessment of an alliance says in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from paxsilica.analysis.alliance.assess import Ask, Assessment, KindValue
from paxsilica.analysis.alliance.joining import Joining
from paxsilica.analysis.alliance.roster import MEMBER_ALREADY
from paxsilica.analysis.alliance.stability import Stability
from paxsilica.analysis.chain import SupplyChain
from paxsilica.economy import Economy, Note
from paxsilica.horizon import LONG_RUN, SHORT_RUN
from paxsilica.names import Names, inside, joined, several
from paxsilica.names.places import country_names
from paxsilica.report import words


@dataclass(frozen=True)
class Question:
    """What was asked, in the words of the one who asked.

    Attributes:
        alliance, added, adversary, rivals: readable names; empty where nobody is named.
        chain: whose layers are covered. command: asks the same again. notes: on who is a member since when.
    """

    alliance: str
    added: str
    adversary: str
    rivals: str
    chain: SupplyChain
    day: date
    command: str
    notes: tuple[Note, ...] = ()

    @property
    def together(self) -> str:
        return f"{self.alliance} with {self.added}" if self.added else self.alliance


LEFT_OUT = (
    "Cuts of services: they are in the equilibrium, but only goods are cut and freed. Applications, models, "
    "networks and logistics show in coverage, not in money.",
    "Products inside a sector: a cut of critical goods takes whole sectors, ordinary electronics with advanced "
    "chips, which overstates it; and one product that nobody else makes counts as its sector's average, which "
    "understates it. The bias goes both ways, and the elasticities move every value by a factor of two to ten: read "
    "the band.",
    "Minerals: the baseline's trade elasticities of ores and metals are high together, so that leverage by minerals is "
    "far lower under it than under any other set; read the range by layer.",
    "Tariffs after 2024: the baseline holds those of 2021 (2024 for imports of the United States), with most trade "
    "agreements in force but not the tariffs of 2025 and later. Non-tariff barriers, investment and standards are "
    "left out.",
    "Plants by place, where a stage of the chain counts firms by their seat or is old: see the notes on the chain.",
    "Members that the input-output table holds inside the rest of the world, Qatar among them: they count in "
    "coverage alone.",
    "What the European Union decides as one, where only some of its members are in: they are treated as if each "
    "could set its own tariffs.",
    "Retaliation beyond the cut that is asked about, and what members gain in security.",
)


def name(e: Economy, bloc: str) -> str:
    """A bloc as it stands inside a sentence: `the United States`, `Qatar`, `the European Union`."""
    if bloc in e.regions:
        return Names(e).say_region(bloc)
    return "the European Union" if bloc == "EU" else country_names().get(bloc, bloc)


def title_name(e: Economy, bloc: str) -> str:
    """A bloc as it stands in a table."""
    return name(e, bloc).removeprefix("the ")


def basis(ask: Ask) -> tuple[str, ...]:
    """What the numbers rest on."""
    e = ask.economy
    h = ask.params.horizon
    horizon = {
        LONG_RUN: f"{h}, everything has adjusted",
        SHORT_RUN: f"{h} (about the first year), sluggish trade",
    }.get(h, str(h))
    return (
        f"{e.about.title}; {horizon}; trade elasticities: {e.about.elasticities}. Money is million USD of "
        f"{e.about.year or 'the baseline'} a year.",
        f"Critical goods: {joined([e.sector_name(sector) for sector in ask.sectors], 12)}.",
        "Signs: a gain is positive, a loss or cost negative; leverage is the adversary's loss and positive where "
        "it loses. Zero is a real zero, but of coverage, where no source names any; an empty cell is not known.",
    )


def summary(a: Assessment, q: Question) -> list[str]:
    """What a reader must know, most important first."""
    lines = [note.text for note in a.ask.after.notes if note.name == MEMBER_ALREADY]
    lines += [_worth(a, q, value) for value in a.kinds]
    lines += [_layers(a, q), _raw(a, q), *(_own(a, found) for found in a.joining)]
    lines += [_levels(q, found, len(a.joining) > 1) for found in a.joining]
    lines += [_stays(a, a.stays[-1], q.together), *(_joins(a, q) if a.ask.after.added else [])]
    lines += [
        _payments(a, q),
        *(_core(value) for value in a.kinds if value.kind == "preference"),
        *_rivals(a, q),
    ]
    outside = [name(a.ask.economy, country) for country in a.ask.after.outside]
    limits = ["cuts of services and tariffs after 2024 are not modelled", _chain_limits(q.chain)]
    if outside:
        count = "counts" if len(outside) == 1 else "count"
        limits.append(
            f"{joined(outside)} {count} in coverage alone, inside the rest of the world of the table"
        )
    lines.append(f"Limits: {'; '.join(limits)}.")
    lines += [
        f"Disputed membership: {note.text}." for note in q.notes if note.name.endswith(".disputed")
    ]
    return [line for line in lines if line]


def _chain_limits(chain: SupplyChain) -> str:
    """How old the shares of the chain are, and of which stages they go by the seat of the firm."""
    known = [stage for stage in chain.stages if stage.year is not None]
    years = [stage.year for stage in known if stage.year is not None]
    seats = sum(stage.basis == "headquarters" for stage in known)
    span = f"{min(years)} to {max(years)}" if min(years) < max(years) else f"{min(years)}"
    by_seat = (
        f", at {seats} of {len(known)} stages by seat of the firm (chips: 2019)" if seats else ""
    )
    return f"shares of {chain.name} are of {span}{by_seat}"


def _worth(a: Assessment, q: Question, value: KindValue) -> str:
    money, cost = words.money, sum(bloc.own for bloc in value.blocs)
    said = [f"{money(value.before)} without {q.added}"] if a.ask.after.added else []
    said += [_over(a, value.kind)] if len(a.sets) > 1 else []
    added = f" ({'; '.join(said)})" if said else ""
    if value.kind == "preference":
        text = f"Goods free of tariffs among {q.together} are worth {money(value.after)} a year to its members{added}."
        return text if len(value.blocs) > 1 else ""
    if value.kind == "leverage":
        who = "all of them" if len(value.blocs) > 1 else "it"
        return (
            f"If {who} sold {q.adversary} no critical goods, {q.adversary} would lose {money(value.after)} a "
            f"year{added}; {'those who cut' if len(value.blocs) > 1 else 'it'} would "
            f"{'lose' if cost < 0 else 'gain'} {money(abs(cost))}."
        )
    if len(value.blocs) < 2:
        return ""
    cut_too = f"; {q.added} is cut off in both" if a.ask.after.added else ""
    return (
        f"Should {q.adversary} sell none of them critical goods, trading these free of tariffs among themselves "
        f"wins back {money(value.after)} a year{added}, of what that cut costs them{cut_too}."
    )


def _over(a: Assessment, kind: str) -> str:
    """`4.1 to 12 billion over 9 sets of elasticities`."""
    found = [under.after[kind] for under in a.sets]
    return f"{words.money(min(found))} to {words.number(max(found) / 1e3)} billion over {len(found)} sets of elasticities"


def _layers(a: Assessment, q: Question) -> str:
    weak = min(a.layers, key=lambda layer: layer.after)
    whole = f"{words.number(100 * weak.after)} %"
    if not q.added:
        strong = max(a.layers, key=lambda layer: layer.after)
        most = f"{strong.layer} ({words.number(100 * strong.after)} %)"
        hold = "hold" if several(q.alliance) else "holds"
        return f"Of the world's output {q.alliance} {hold} most of {most}, least of {weak.layer} ({whole})."
    gained = sorted(a.layers, key=lambda layer: layer.before - layer.after)
    best = [
        f"{layer.layer} (+{words.number(100 * (layer.after - layer.before), 2)} points, to "
        f"{words.number(100 * layer.after)} %)"
        for layer in gained[:3]
        if layer.after > layer.before
    ]
    nothing = [layer.layer for layer in a.layers if layer.after == layer.before]
    none = f"; in {joined(nothing)} no source names it" if nothing else ""
    verb = "add" if several(q.added) else "adds"
    if not best:
        return f"{words.sentence(q.added)} {verb} nothing to the output of any layer that has country data."
    return f"By layer {q.added} {verb} most to {joined(best)}{none}. Weakest together: {weak.layer} ({whole})."


def _raw(a: Assessment, q: Question) -> str:
    before, after = a.raw_before, a.raw_after
    materials = f"{len(after.codes)} raw materials in {after.year}"
    text = f"Of world exports of {materials} they hold {100 * after.mean:.1f} % on average"
    if not q.added:
        return f"{text}."
    gain = 100 * (after.share - before.share)
    most = [at for at in (-gain).argsort()[:4] if gain[at] > 0.5]
    best = joined([f"{inside(after.names[at])} ({gain[at]:.0f} points)" for at in most])
    return f"{text}, {100 * before.mean:.1f} % without {q.added}" + (
        f"; most in {best}." if best else "."
    )


def _own(a: Assessment, found: Joining) -> str:
    who = name(a.ask.economy, found.newcomer)
    low, middle, high = found.band("preference")
    income = found.rows[0].income
    gaining, sets = sum(row.preference > 0 for row in found.rows), len(found.rows)
    clear = (
        "gains"
        if low > 0
        else "loses"
        if high < 0
        else f"gains under {gaining} of {sets} sets of elasticities"
    )
    cost = found.band("embargo")
    return (
        f"{words.sentence(who)} itself {clear} from free trade of goods with the members: USD {words.signed(low)} "
        f"to {words.signed(high)} million a year over {sets} sets of trade elasticities, median "
        f"{words.signed(middle)} ({words.signed(100 * middle / income)} % of its income). Joining the cut of "
        f"critical goods: USD {words.signed(cost[0])} to {words.signed(cost[2])} million."
    )


def _levels(q: Question, found: Joining, many: bool) -> str:
    cuts = "cut" if several(q.adversary) else "cuts"
    cost, exposure = (found.band(name) for name in ("members_cost", "exposure"))
    who = (
        f", with {country_names().get(found.newcomer, found.newcomer)} alone added" if many else ""
    )

    def span(band: tuple[float, float, float], sign: int = 1) -> str:
        low, high = sorted(sign * value for value in (band[0], band[2]))
        return f"{words.money(low)} to {words.number(high / 1e3)} billion"

    return (
        f"Over the {len(found.rows)} sets of elasticities{who}, cutting {q.adversary} off costs those who do "
        f"{span(cost, -1)}; when {q.adversary} {cuts} them off, they lose {span(exposure, -1)}."
    )


def _stays(a: Assessment, found: Stability, who: str) -> str:
    gone = found.would_leave
    if not gone:
        return f"Nobody gains by leaving free trade among {who}, under the baseline's elasticities."
    listed = joined([f"{name(a.ask.economy, n)} ({words.money(gain)})" for n, gain in gone.items()])
    return (
        f"By leaving free trade among {who}, everybody else staying, these gain under the baseline's elasticities: "
        f"{listed}. Other sets may say otherwise."
    )


def _gaining(e: Economy, found: Joining) -> str:
    """`India gains under 1 of 9 sets`."""
    gaining = sum(row.preference > 0 for row in found.rows)
    return f"{name(e, found.newcomer)} gains under {gaining} of {len(found.rows)} sets"


def _joins(a: Assessment, q: Question) -> list[str]:
    now = a.stays[0]
    gains = {name(a.ask.economy, n): now.joining[n] for n in now.joining}
    yes = [
        f"{n} ({words.signed_money(gain)})" for n, gain in gains.items() if gain > now.indifferent
    ]
    no = [
        f"{n} ({words.signed_money(gain)})" for n, gain in gains.items() if gain <= now.indifferent
    ]
    said = [f"by free trade alone these gain from joining: {joined(yes)}"] if yes else []
    said += [f"by free trade alone these do not gain from joining: {joined(no)}"] if no else []
    counts = [_gaining(a.ask.economy, found) for found in a.joining]
    told = f"; {joined(counts)}" if counts else ""
    return [words.sentence("; ".join(said)) + f" (under the baseline's elasticities{told})."]


def _payments(a: Assessment, q: Question) -> str:
    paid = a.payments.transfers
    if len(paid) < 2:
        return ""
    ranked = sorted(paid, key=lambda n: paid[n])
    pays, gets = ranked[0], ranked[-1]
    change = words.percent(100 * (a.payments.shared - 1))
    return (
        f"So that the joint cut of critical goods changes the real income of every bloc alike, by {change}, "
        f"{name(a.ask.economy, pays)} would pay most ({words.money(-paid[pays])} a year) and "
        f"{name(a.ask.economy, gets)} receive most ({words.money(paid[gets])})."
    )


def _core(value: KindValue) -> str:
    if value.empty is None or value.epsilon is None:
        return ""
    if value.empty:
        return (
            "Even with side payments, no division of the gains from free trade keeps every group of members from "
            "doing better by itself, were the others then to have no deal (the core is empty; "
            f"{words.money(value.epsilon)} a group would be short)."
        )
    return (
        "With side payments the gains from free trade can be divided so that no group of members does better by "
        f"itself, were the others then to have no deal (the core is not empty, by {words.money(abs(value.epsilon))} "
        "a group)."
    )


def _rivals(a: Assessment, q: Question) -> Sequence[str]:
    lines = []
    what = {
        "preference": f"the worth of free trade within {q.together}",
        "leverage": f"the loss of {q.adversary} by the joint cut",
        "resilience": f"what free trade saves {q.together} when cut off",
    }
    for r in a.rivals:
        lines.append(
            f"If {q.rivals} trade goods free of tariffs among themselves, {what[r.kind]} changes by "
            f"{words.signed_money(r.facing - r.alone)}, and the members' income by {words.signed_money(r.harm)}."
        )
    return lines
