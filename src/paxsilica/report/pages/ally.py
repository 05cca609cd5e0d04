"""The page of `pax ally`: who gains and who loses by an alliance and by a newcomer, and what each bloc brings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np

from paxsilica.analysis.alliance.layers import RAW_YEAR
from paxsilica.data.elasticities import paper
from paxsilica.findings import variables
from paxsilica.names import does, joined
from paxsilica.names.products import hs_names
from paxsilica.questions.question import Answer
from paxsilica.report import words
from paxsilica.report.charts.bars import bars
from paxsilica.report.charts.dots import ranges
from paxsilica.report.charts.theme import Figure
from paxsilica.report.charts.waterfall import waterfall
from paxsilica.report.pages import ally_next
from paxsilica.report.pages.ally_view import AGAINST, KINDS, MEMBERS, TOGETHER, Allied, Column
from paxsilica.report.report import Number, Report, Row, Section, Table, columns, head


def report(answer: Answer) -> Report:
    """The report of one alliance with those who are added, or of everybody outside."""
    t = Allied(answer)
    if answer.question.model_dump()["who_next"]:
        return ally_next.report_next(t)
    return Report(
        answer,
        kind="ally",
        title=f"{words.sentence(t.together)} on {t.names.day}{t.opposed}",
        lead=_lead(t),
        numbers=tuple(_numbers(t)),
        why=_why(t),
        understood=t.understood,
        picture=partial(_own, t, t.kind),
        sections=partial(_sections, t),
        proof=("Every coalition is solved to the solver's tolerance, which run.json holds.",),
        screen=_own_gains(t),
    )


def _range(values: Column) -> str:
    return words.money_range(values.values()) if values else ""


def _in_brackets(t: Allied, value: float, values: Column, *more: str) -> str:
    over = f", {t.over}" if t.draws else f" over {len(values)} sets of trade elasticities"
    band = words.band_after_verb(value, values.values(), over, words.money_range)
    band += t.outside((value, values))
    text = "; ".join(filter(None, (band, *more)))
    return f" ({text})" if text else ""


def _without(t: Allied, kind: str) -> str:
    money = words.signed_money(t.worth(kind, who=MEMBERS)[0])
    return f"{money} without {t.added}" * bool(t.who["added_blocs"])


def _wins(t: Allied, bloc: str) -> str:
    """Under how many sets a newcomer gains by free trade."""
    gains = t.each("join_preference", region=bloc).values()
    said = f"gains under {sum(gain > 0 for gain in gains)} of {len(gains)} sets"
    return said * bool(gains)


def _sized(of: tuple[float, Column]) -> str:
    """`lose USD 3 million (USD 2 to 5 million)`."""
    band = words.band_after_verb(of[0], of[1].values(), say=words.money_range)
    return words.gain_or_lose(of[0]) + f" ({band})" * bool(band)


def _loses_most(t: Allied) -> str:
    """Who in free trade loses most when all are in, which is solved under one set of elasticities alone."""
    own = t.along("bloc_own", "region", measure="preference")
    worst = min(own, key=own.__getitem__)
    would = "may" if worst in t.unsure else "would"
    used = " under the elasticities used here" * bool(t.sets)
    lost = f"; {t.name(worst)} {would} lose most, {words.money(-own[worst])}{used}"
    return lost * (own[worst] < 0)


def _lead(t: Allied) -> str:
    value, each = t.worth(t.kind)
    year = f"a year {t.horizon.when}"
    would = f"would {words.gain_or_lose(value)} {year}{_in_brackets(t, value, each, _without(t, t.kind))}"
    if t.kind == "leverage":
        who = f"{t.adversary} {would}, those who cut would {_sized(t.cost)}"
        return f"If {t.together} sold {t.adversary} no critical goods, {who}."
    if t.kind == "resilience":
        would += " by trading these freely among themselves"
        return f"If {t.adversary} sold them no critical goods, {t.together} {would}."
    if not t.newcomer:
        wins = [
            f"; joining alone, {t.name(bloc)} {_wins(t, bloc)}" for bloc in t.newcomers if t.sets
        ]
        cut = ""
        if "leverage" in t.kinds:
            cut = f"; by a joint cut of critical goods {t.adversary} would {_sized(t.worth('leverage'))}"
            cut += f" and those who cut would {_sized(t.cost)}"
        return f"By free trade of goods {t.together} {would}{''.join(wins)}{_loses_most(t)}{cut}."
    (gain, members), (own, free), (lent, _) = (
        t.value(f"join_{key}", region=t.newcomer)
        for key in ("members", "preference", "preference_transfer")
    )
    new, partners = t.name(t.newcomer), "the members" if len(t.blocs) > 2 else t.alliance
    sure = words.same_sign(own, free.values())
    itself = f"would {words.gain_or_lose(own)}" if sure else "may gain or lose"
    size = words.band_after_verb(own, free.values(), say=words.money_range)
    against = "against staying outside"
    size = f"{size} {against}" if sure else f"{words.signed_money(own)} {against}; {_range(free)}"
    already = ", a member already," * t.already(t.newcomer)
    about = (size, _wins(t, t.newcomer), t.earned(own, lent, t.income[t.newcomer]))
    return (
        f"If {new}{already} joined {t.alliance} in free trade of goods, {partners} would {words.gain_or_lose(gain)} {year}"
        f"{_in_brackets(t, gain, members)} and {new} itself {itself} ({'; '.join(filter(None, about))})."
    )


def _number(t: Allied, said: str, of: tuple[float, Column], *about: str) -> Number:
    money = f"{words.signed_money(of[0])} a year"
    lies = t.outside(of).removeprefix("; ")
    return Number(said, money, _range(of[1]), "; ".join(filter(None, (lies, *about))))


def _numbers(t: Allied) -> Iterator[Number]:
    new = t.newcomer
    for kind in t.kinds if len(t.blocs) > 1 else [t.kind]:
        (value, each), (lent, _) = t.worth(kind), t.worth(kind, "worth_transfer")
        whose = t.who["against"] if kind == "leverage" else t.blocs
        about = _without(t, kind), t.earned(value, lent, sum(t.income[bloc] for bloc in whose))
        if kind == "resilience" and new:
            back = f"won back by free trade of these {words.signed_money(value)} ({_range(each)})"
            lost = t.value("join_exposure", region=new)
            yield _number(
                t, f"No critical goods from {t.adversary}: all members", lost, back, *about
            )
        else:
            if kind == "preference" and new:
                more = words.signed_money(t.value("join_members", region=new)[0])
                own = words.signed_money(t.along("bloc_own", "region", measure=kind)[new])
                about = (
                    f"the sum of {about[0]}, {more} for the members by its joining and {own} for {t.name(new)} itself",
                    *about[1:],
                )
            yield _number(t, t.labels[kind], (value, each), *about)
        if kind == "leverage":
            yield _of_those_who_cut(t, value)
    if new:
        cut = t.value("join_embargo", region=new)
        yield _number(t, f"{words.sentence(t.name(new))} itself, by joining the cut", cut)
    if t.rivals:
        harm = t.along("rivals_own_effect", "measure")[t.kind]
        yield _number(t, f"{words.sentence(t.rivals)} trading freely: all members", (harm, {}))
    before, after = t.shares("coverage", "item")
    if after:
        weak = min(after, key=after.__getitem__)
        both = [layer for layer in after if layer in before]
        most = max(both, key=lambda layer: after[layer] - before[layer], default="")
        was, now = (f"{words.number(of.get(most, np.nan))} %" for of in (before, after))
        adds = f"{t.added} {does(t.added, 'add')} most to {most}: {was} without, {now} with"
        share = f"{words.number(after[weak])} % of world output"
        yield Number(f"Weakest layer: {weak}", share, "", adds * bool(t.added and most))


def _of_those_who_cut(t: Allied, lost: float) -> Number:
    (cost, band), costs = t.cost, t.each("cut_cost", scenario=TOGETHER)
    each = t.worth_of_sets("leverage")
    lent = sum(t.along("bloc_own_transfer", "region", measure="leverage").values())
    of_it = t.earned(cost, lent, sum(t.income[bloc] for bloc in t.blocs))
    worse = f"{'more' if cost < lost else 'less'} than {t.adversary}"
    if costs:
        count = sum(costs[name] < each[name] for name in costs)
        worse = f"more than {t.adversary} under {count} of {len(costs)} sets"
    who = f"{KINDS['leverage']}: those who cut"
    return _number(t, who, (cost, band), f"they lose {worse}", of_it)


def _why(t: Allied) -> str:
    cut = f"a cut takes supplies from {t.adversary} and sales from those who cut, and others step in for both"
    if t.kind == "leverage":
        return words.sentence(f"{cut}.")
    if t.kind == "resilience":
        return "Critical goods then come from one another, without tariffs."
    said, own = "", t.along("bloc_own", "region", measure="preference")
    lose = [bloc for bloc in sorted(own, key=own.__getitem__) if own[bloc] < 0]
    sure, unsure = (
        joined(t.name(bloc) for bloc in lose if (bloc in t.unsure) is doubt)
        for doubt in (False, True)
    )
    losers = f"{sure or 'nobody'} {does(sure, 'lose')}" * bool(sure or not unsure)
    losers = " and ".join(filter(None, (losers, f"{unsure} may lose" * bool(unsure))))
    if t.newcomer:
        order = "higher" if _charges_more(t) else "lower"
        said = f" ({t.name(t.newcomer)} charges the members {order} tariffs than they charge it)"
    return (
        f"Who charges the higher tariffs opens more than is opened to it and must sell more abroad, at lower prices{said}; "
        f"with all in, {losers}{f'; {cut}' * ('leverage' in t.kinds)}."
    )


def _charges_more(t: Allied) -> bool:
    """Whether the newcomer's tariffs on goods of the members are above theirs on its own, weighted by trade."""
    e, goods = t.names.table, t.names.table.sector_indices(["goods"])
    new, members = (
        e.region_indices(c for of in t.who[who].values() for c in of if c in e.regions)
        for who in ("added", "members")
    )
    flows = (np.ix_(new, members, goods), np.ix_(members, new, goods))
    own, theirs = ((e.tariffs[at] * e.flows[at]).sum() / e.flows[at].sum() for at in flows)
    return bool(own > theirs)


def _own_of(t: Allied, kind: str) -> dict[str, float]:
    """Who, with the adversary where it is cut off -> its change of real income when all are in, the highest first."""
    named = t.named("bloc_own", measure=kind)
    if kind == "leverage":
        named[t.adversary.removeprefix("the ")] = t.worth(kind)[0]
    return dict(sorted(named.items(), key=lambda of: -of[1]))


def _own_gains(t: Allied) -> Table:
    heads = {t.unit("bloc_own", KINDS[kind]): _own_of(t, kind) for kind in t.kinds}
    everybody = dict.fromkeys(who for of in heads.values() for who in of)
    against = "; ".join(f"{KINDS[kind].lower()}: against {AGAINST[kind]}" for kind in t.kinds)
    note = f"Change of real income when all are in; {against}."
    return Table(_rows("Who", everybody, heads), note)


def _rows(first: str, labels: Iterable[str], heads: Mapping[str, Mapping[str, Any]]) -> list[Row]:
    """A row for each label; empty where a column lacks it."""
    return [
        {first: label} | {said: of.get(label) for said, of in heads.items()} for label in labels
    ]


def bar(label: str, million: float, kind: str = "") -> dict[str, Any]:
    """A row of a chart, drawn in billions."""
    text, tip = words.signed(million / 1e3), f"{label}: {words.signed_money(million)} a year"
    return {"label": label, "value": million / 1e3, "text": text, "tip": tip, "kind": kind}


def _own(t: Allied, kind: str) -> Figure:
    rows = [bar(*of) for of in _own_of(t, kind).items()]
    notes = (
        f"Change of real income when all are in, against {AGAINST[kind]}, {t.horizon}. A loss is negative.",
    )
    title = f"{KINDS[kind]}: who gains and who loses"
    axis = t.billions("Change of real income")
    return bars(f"own-{kind}", title, rows, axis, notes, heads=("Who", ""))


def _sections(t: Allied) -> list[Section]:
    over = _over_sets(t) if t.sets else ()
    rivals = [_facing(t)] if t.rivals else []
    return [_layers(t), _blocs(t), *over, _stability(t), _payments(t), *rivals, _raw_materials(t)]


def _shares(t: Allied, key: str, before: Column, after: Column) -> dict[str, Column]:
    """Columns of a share without those who join, if anybody does, and with them."""
    without = {t.unit(key, f"{variables()[key].head} without {t.added}"): before}
    return (without if t.added else {}) | {head(t.answer, key): after}


def _layers(t: Allied) -> Section:
    before, after = t.shares("coverage", "item")
    kinds = dict.fromkeys(t.who["members"], "member") | dict.fromkeys(t.who["added"], "added")
    held = {t.title(bloc): t.along("coverage", "item", region=bloc) for bloc in kinds}
    chart = waterfall(
        "layers",
        f"{t.chain['title']}: what each adds, layer by layer",
        {layer: {who: of.get(layer, 0.0) for who, of in held.items()} for layer in after},
        dict(zip(held, kinds.values(), strict=True)),
        ("Share of world output, mean over the stages of a layer; 0: no source names any.",),
    )
    lost = t.along("layer_leverage", "item", scenario=TOGETHER, elasticities=None)
    heads = _shares(t, "coverage", before, after)
    heads[t.unit("layer_leverage", f"{t.adversary} if the layer is cut")] = {
        k: -lost[k] for k in lost
    }
    heads[head(t.answer, "layer_cost")] = t.along("layer_cost", "item")
    text = "Cuts of the goods of one layer alone; their losses do not add up. Empty: services, which cannot be cut here."
    return Section("layers", "By layer", (text,), (chart,), Table(_rows("Layer", after, heads)))


def _blocs(t: Allied) -> Section:
    keys = ("bloc_first", "bloc_shapley", "bloc_error", "bloc_last", "bloc_own")
    rows = [
        {"Measure": KINDS[kind], "Bloc": t.title(bloc), **of}
        for kind in t.kinds
        for bloc, of in columns(t.answer, "region", *keys, measure=kind).items()
    ]
    orders = int(t.findings.value("orders_sampled", measure=t.kind))
    text = (
        f"Worth to the alliance; by the joint cut that is what {t.adversary} loses. First in: alone; last in: what is lost "
        "when it leaves all others; Shapley value: the mean over all orders of entry, which sums to the whole. Own gain: "
        "its own change of real income when all are in.",
        f"{orders} orders of entry are sampled." if orders else "All coalitions are solved.",
    )
    figures = [_own(t, kind) for kind in t.kinds if kind != t.kind]
    return Section("blocs", "What each bloc gains and brings", text, figures, Table(rows))


def _over_sets(t: Allied) -> Iterator[Section]:
    of = {t.labels[kind]: t.worth_of_sets(kind) for kind in t.kinds}
    for layer in t.along("layer_cost", "item"):
        where = {"item": layer, "scenario": TOGETHER}
        of[f"Cut of {layer} alone: {t.adversary}"] = t.each("layer_leverage", -1, **where)
    yield _ranged(t, "sets", "Under other elasticities", of)
    keys = ("join_preference", "join_embargo", "join_resilience", "join_members")
    for bloc in t.newcomers:
        of = {variables()[key].head: t.each(key, region=bloc) for key in keys}
        yield _ranged(t, f"joining-{bloc}", f"What joining brings {t.name(bloc)}", of)


def _ranged(t: Allied, name: str, title: str, of: Mapping[str, Column]) -> Section:
    rows = [
        bar(label, value)
        | {"dot": paper(which), "tip": f"{paper(which)}: {words.signed_money(value)} a year"}
        for label, each in of.items()
        for which, value in each.items()
    ]
    notes = ("A dot for each set of trade elasticities, a tick at the median; losses negative.",)
    chart = ranges(name, title, rows, t.billions("Change of real income"), notes)
    used = f"The rest of this page rests on {paper(t.names.table.about.elasticities)}."
    return Section(name, title, (used,), (chart,))


def _stability(t: Allied) -> Section:
    heads, verdicts = {}, []
    for who, least in t.along("indifference", "scenario").items():
        alliance = t.together if who == TOGETHER else t.alliance
        for move, by in (("leaves", f"By leaving {alliance}"), ("joins", f"By joining {alliance}")):
            if gains := t.named("move_gain", scenario=who, item=move):
                wins = joined([bloc for bloc, gain in gains.items() if gain > least], 12)
                verdicts.append(f"{by}: {wins or 'nobody'} {does(wins, 'gain')}.")
                heads[t.unit("move_gain", by)] = gains
    text = (
        "Free trade of goods, one bloc at a time, everybody else staying (d'Aspremont et al. 1983). Security, and what "
        "else binds an alliance, is not counted."
    )
    table = Table(_rows("Bloc", map(t.title, t.blocs), heads))
    return Section("stability", "Would members stay", (*verdicts, text, *_core(t)), (), table)


def _core(t: Allied) -> Iterator[str]:
    for row in t.findings.select("least_core").rows():
        least, empty = words.money(abs(row["value"])), row["value"] > 0
        yield (
            f"{KINDS[row['measure']]}, divided best: every group of blocs has at least {least} "
            f"{'less' if empty else 'more'} than by itself (the core is {'empty' if empty else 'not empty'})."
        )


def _payments(t: Allied) -> Section:
    heads = {
        f"{said}, {variables()['real_income'].unit}": t.named("real_income", scenario=scenario)
        for said, scenario in (("Without payments", "unpaid"), ("With payments", "paid"))
    }
    heads[head(t.answer, "side_payment")] = t.named("side_payment")
    text = (
        "If all cut critical goods: side payments after which real income of every bloc changes by the same "
        f"{words.percent(t.findings.value('shared_real_income'))} (Chowdhry, Hinz, Kamin and Wanner 2024). What is paid is "
        "negative; they sum to zero, are spent, and move wages and prices."
    )
    table = Table(_rows("Bloc", map(t.title, t.blocs), heads))
    return Section("payments", "Equal burdens", (text,), (), table)


def _facing(t: Allied) -> Section:
    keys = "worth_facing_rivals", "rivals_own_effect"
    rows = [{"Measure": KINDS[k], **of} for k, of in columns(t.answer, "measure", *keys).items()]
    text = (
        f"{words.sentence(t.rivals)} trade goods free of tariffs among themselves, whatever the alliance does. Worth to "
        f"the alliance: by the joint cut what {t.adversary} loses."
    )
    return Section("rivals", "A rival bloc", (text,), (), Table(rows))


def _raw_materials(t: Allied) -> Section:
    before, after = t.shares("export_share", "product")
    ranked = sorted(after, key=lambda code: (before[code] - after[code], -after[code]))
    rows = [
        {"Product": hs_names()[row["HS"]], **row}
        for row in _rows("HS", ranked, _shares(t, "export_share", before, after))
    ]
    mean = t.findings.value("export_share_mean", scenario=TOGETHER)
    text = f"By value, {RAW_YEAR} (CEPII BACI), trade among them included; {words.number(mean)} % on average."
    return Section("raw", f"Exports of {len(after)} raw materials", (text,), (), Table(rows))
