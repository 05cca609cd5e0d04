"""Questions in a line, with the measures that a person reads in them; `ASIDE` had no part in making the reader."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paxsilica.brief.question_draft import draft_of
from paxsilica.data import load_economy
from paxsilica.errors import InputError
from paxsilica.names import Names
from paxsilica.policy import parse_scenario

NAMES = Names(load_economy("icio2022"))
DAY = date(2026, 1, 15)


def read(question: str) -> dict:
    """What the file that is drafted says of its one measure, as it is written there."""
    (measure,) = parse_scenario(draft_of(question, NAMES, DAY)).measures
    said = measure.model_dump(mode="json", exclude_defaults=True, by_alias=True)
    assert said.pop("id") == "asked"
    return said


def tariff(
    importer: str, exporter: str, rate: str, sector: str = "goods", op="set", **more
) -> dict:
    return flow("tariff", importer, exporter, sector, op=op, rate=rate, **more)


def flow(kind: str, importer: str, exporter: str, sector: str = "goods", **more) -> dict:
    """A measure; labels have blanks between them, and nothing stands for all."""
    sides = {"importer": importer, "exporter": exporter, "sector": sector}
    return {"kind": kind, **{k: v.split() for k, v in sides.items() if v}, **more}


def codes(*written: str) -> dict:
    return {"product": list(written)}


KNOWN = {
    "US 18 % on India from 2026-02-07": tariff("USA", "IND", "18%", **{"from": "2026-02-07"}),
    "EU tariff of 25 percent on Chinese electric cars until 2027-01-01": tariff(
        "EU", "CHN", "25%", "C29", until="2027-01-01"
    ),
    "India lifts its duty on UK whisky to 50 %": tariff("IND", "GBR", "50%", "C10T12"),
    "China bans exports of rare earths to Japan and the US from 1 April 2026": flow(
        "export_ban", "JPN USA", "CHN", "", edition="1992", **{"from": "2026-04-01"}
    )
    | codes("280530", "284610", "284690"),
    "US bans chip exports to China": flow("export_ban", "CHN", "USA", "chips"),
    "US 10 % on all imports except Canada and Mexico": tariff(
        "USA", "", "10%", **{"except": ["CAN", "MEX"]}
    ),
    "US raises tariffs on Brazil by 40 points": tariff("USA", "BRA", "40%", op="add"),
    "US cuts tariffs on Brazil by 7.5 percentage points": tariff("USA", "BRA", "-7.5%", op="add"),
    "Canada 25% additional tariff on US steel and aluminium from 4 March 2025 until 2025-12-31": tariff(
        "CAN", "USA", "25%", "steel C24B", "add", **{"from": "2025-03-04", "until": "2025-12-31"}
    ),
    "Indonesia export tax of 5 % on nickel to China": flow(
        "export_tax", "CHN", "IDN", "C24B", op="set", rate="5%"
    ),
    "EU import ban on Russian oil products": flow("import_ban", "EU", "RUS", "C19"),
    "EU bans imports of Russian gas": flow("import_ban", "EU", "RUS", "B06"),
    "US cuts its tariff on India from 50 % to 18 %": tariff("USA", "IND", "18%"),
    "US tariff on HS 7208, 7210 and 8541.10 from China of 25 %": tariff("USA", "CHN", "25%", "")
    | codes("7208", "7210", "8541.10"),
    "Mexico doubles tariffs on Chinese cars": tariff("MEX", "CHN", "200%", "C29", "multiply"),
    "India scraps duties on goods from the UK": tariff("IND", "GBR", "0%"),
    "tariff of 25 % imposed by Canada on US cars": tariff("CAN", "USA", "25%", "C29"),
    "India faces a US tariff of 18 %": tariff("USA", "IND", "18%"),
    "US steel tariff of 50 % on the EU": tariff("USA", "EU", "50%", "steel"),
    "India bans 30 % of its exports of HS 1006": flow("export_ban", "", "IND", "", share="30%")
    | codes("1006"),
    "US 10 % on India, Brazil and China since 2026": tariff(
        "USA", "IND BRA CHN", "10%", **{"from": "2026-01-01"}
    ),
    "US slaps India with a 25% tariff": tariff("USA", "IND", "25%"),
    "tariff of the US on Indian exports of 25 %": tariff("USA", "IND", "25%"),
    "What if the US would impose a tariff of 10% on all countries?": tariff("USA", "", "10%"),
    "US 18 % on India from 2026-02-07 to 2026-12-31": tariff(
        "USA", "IND", "18%", **{"from": "2026-02-07", "until": "2026-12-31"}
    ),
    "EU and UK import ban on Russian HS 2709": flow("import_ban", "EU GBR", "RUS", "")
    | codes("2709"),
    "Japan's duty of 12.5 % on Korean machinery from next month": tariff(
        "JPN", "KOR", "12.5%", "machinery", **{"from": "2026-02-01"}
    ),
    "usa 18% on ind": None,
    "US 18 % on India for 90 days": None,
    "US 18 % on India until 2027": None,
}

ASIDE = {
    "Brazil puts 30 % on US goods": tariff("BRA", "USA", "30%"),
    "UK cuts its tariff on Indian textiles to zero": tariff("GBR", "IND", "0%", "textiles"),
    "Turkey imposes a 40% duty on vehicles from China from 7 July 2026": tariff(
        "TUR", "CHN", "40%", "vehicles", **{"from": "2026-07-07"}
    ),
    "Vietnam 20 % export tax on timber": None,
    "EU adds 10 points on Indian steel": tariff("EU", "IND", "10%", "steel", "add"),
    "India raises the tariff on American wheat to 60 %": tariff("IND", "USA", "60%", "A01"),
    "US halves its tariffs on Swiss watches": tariff("USA", "CHE", "50%", "C26", "multiply"),
    "Chinese export ban on HS 8112.92 to the United States": flow("export_ban", "USA", "CHN", "")
    | codes("8112.92"),
    "US tariff of twenty-five per cent on Japanese and Korean cars": tariff(
        "USA", "JPN KOR", "25%", "C29"
    ),
    "Mexico 35 % on clothing and shoes from Asia": None,
    "Australian import ban on Russian coal until 31 December 2026": flow(
        "import_ban", "AUS", "RUS", "B05", until="2026-12-31"
    ),
    "ASEAN 10 % on Chinese electronics": tariff("ASEAN", "CHN", "10%", "electronics"),
    "Saudi Arabia bans 20 % of crude oil exports to the EU": flow(
        "export_ban", "EU", "SAU", "B06", share="20%"
    ),
    "US additional duty of 25 % on India as of 27 August 2025": tariff(
        "USA", "IND", "25%", op="add", **{"from": "2025-08-27"}
    ),
    "the US threatens 100 % on BRICS": None,
    "A 15 % US tariff on pharmaceuticals from Switzerland and the EU": tariff(
        "USA", "CHE EU", "15%", "pharmaceuticals"
    ),
}
"""None: refused. Timber has two sectors, Asia is no group, a threat is no measure."""


def agrees(question: str, expected: dict | None) -> bool:
    if expected is not None:
        return read(question) == expected
    with pytest.raises(InputError) as refusal:
        read(question)
    return "\n" not in str(refusal.value)


@pytest.mark.parametrize("question", KNOWN)
def test_a_question_is_read_as_a_person_reads_it(question):
    assert agrees(question, KNOWN[question])


@pytest.mark.parametrize("question", ASIDE)
def test_questions_that_were_set_aside_are_read(question):
    assert agrees(question, ASIDE[question])


REFUSED = {
    "18 % on India": "who imposes it is not said",
    "US on India": "no rate is said",
    "US 18 on India": "HS 18",
    "US 18 % on Idnia": "did you mean IND (India)?",
    "US tariff on wisky of 10 %": "whisky is a part of C10T12",
    "US 25-30 % on India": "'-' is not understood",
    "US 12,5 % on India": "'12'",
    "US -5 % on India": "'-",
    "US not 18 % on India": "'not' is not understood",
    "US about 18 % on India": "'about'",
    "US raises tariffs on Brazil by 40 %": "by 40 points",
    "US raises tariffs on Brazil 40 %": "to 40 %",
    "China 10 % on exports of HS 2846": "export tax",
    "China export ban on gallium to the US": "HS 1992 811291",
    "US ban on China": "export ban or import ban",
    "US embargo on China": "one flow",
    "US embargo on Cuba": "rest of the world",
    "US lifts its import ban on Chinese chips": "until",
    "US export controls on chips to China": "pax show measures",
    "US bans imports of rice from India": "A01 (Agriculture) and C10T12",
    "China, US 10 %": "whom it hits",
    "US 18 % IND": "USA or IND",
    "10 % tariff on imports with China": "with China",
    "India 18 % tariff from the US": "from the US",
    "US 18 % on goods except steel from China": "one partner alone",
    "US 18 % on goods except Chinese steel": "one partner alone",
    "US 18 % on India and 25 % on Brazil": "two rates",
    "US 18 % on India from 2026-02-30": "2026-02-30",
    "US 18 % on India from 2026-02-07 from 2026-03-07": "two dates",
    "US 18 % on HS 8703 and steel from India": "one way",
    "US 18 % on India\x07": "control character",
    "US 18 % on India" + " and India" * 40: "characters",
    "": "who imposes it",
}


@pytest.mark.parametrize("question", REFUSED)
def test_what_is_not_understood_is_said_in_one_line(question):
    with pytest.raises(InputError) as refusal:
        draft_of(question, NAMES, DAY)
    assert REFUSED[question] in str(refusal.value)
    assert "\n" not in str(refusal.value)


SECTORS = ["goods", "steel", "C29", "motor vehicles", "Coal", "furniture"]
CODES = {"motor vehicles": "C29", "Coal": "B05", "furniture": "C31T33"}


@given(
    parties=st.lists(
        st.sampled_from(NAMES.table.regions[:-1]), min_size=2, max_size=2, unique=True
    ),
    spelled=st.booleans(),
    rate=st.integers(0, 9999),
    sector=st.sampled_from(SECTORS),
    days=st.tuples(st.dates(date(2000, 1, 1), date(2050, 1, 1)), st.integers(1, 4000)),
    ban=st.booleans(),
)
def test_any_parties_rate_and_days_read_back_equal(parties, spelled, rate, sector, days, ban):
    first, last = days[0], date.fromordinal(days[0].toordinal() + days[1])
    said = [NAMES.say_region(code) if spelled else code for code in parties]
    what = "import ban" if ban else f"tariff of {rate / 100:g} %"
    question = f"{said[0]} {what} on {sector} from {said[1]} from {first} until {last}"
    found = read(question)
    assert (found["importer"], found["exporter"]) == ([parties[0]], [parties[1]])
    assert found["sector"] == [CODES.get(sector, sector)]
    assert (found["from"], found["until"]) == (str(first), str(last))
    assert found["kind"] == ("import_ban" if ban else "tariff")
    assert ban or float(found["rate"].rstrip("%")) == pytest.approx(rate / 100)


def test_every_key_of_the_file_has_a_comment_and_names_stand_beside_codes():
    text = draft_of("US cuts its tariff on Indian cars from 50 % to 18 %", NAMES, DAY)
    keys = [
        line
        for line in text.splitlines()
        if ": " in line and not line.strip().startswith(("#", '- "'))
    ]
    assert all("  # " in line for line in keys)
    assert "importer: [USA]  # the United States" in text
    assert "exporter: [IND]  # India" in text
    assert "with the 50% that stood" in text
    assert "cars alone: the measure acts on the whole of motor vehicles" in text
