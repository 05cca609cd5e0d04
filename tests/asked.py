"""One question of each kind of the packaged baseline, as small as it can be."""

from __future__ import annotations

from typing import Any

TARIFF = """schema: paxsilica/scenario@1
title: A tariff
measures:
  - {{id: flat, kind: tariff, importer: [USA], exporter: [IND], sector: [goods], op: set, rate: {}}}
"""
DAY = "2026-03-01"
NEWS = """BRASILIA, March 2, 2026 - Brazil faces US tariffs of 40 per cent on its goods.

The minister said Brazil will buy 50 aircraft by 1 July 2027.
"""
DUTIES = """schema: paxsilica/sweep@1
title: Duties
question: run
fields: {{text: "{}"}}
vary: {{measures.flat.rate: {{from: 10%, to: 50%, steps: 3, name: duty}}}}
keep: [real_income]
regions: [IND, USA]
""".format(TARIFF.format("50%").replace("\n", "\\n"))

ASKED: dict[str, dict[str, Any]] = {
    "depend": {"us": "IND", "material": "lithium"},
    "chain": {"name": "nuclear-fuel", "cut": "RUS", "days": 30, "as_of": DAY},
    "ally": {"members": "USA,JPN", "add": "IND", "value": "preference", "as_of": DAY},
    "coerce": {"sender": "CHN", "target": "IND", "sectors": "C26", "bands": False},
    "negotiate": {
        "players": "USA,IND",
        "nash": True,
        "among": True,
        "detail": "uniform",
        "sectors": "C26",
        "offers": False,
        "bands": False,
        "as_of": DAY,
    },
    "divert": {"exporter": "IND", "hit_by": "USA=50%", "sectors": "C26", "as_of": DAY},
    "target": {
        **{"side": "USA", "partner": "IND", "goal": "500", "by": "2030", "trade": "190"},
        **{"since": "2024", "bands": False, "as_of": DAY},
    },
    "compare": {"a": TARIFF.format("50%"), "b": TARIFF.format("18%"), "bands": False},
    "score": {},
    "run": {"text": TARIFF.format("50%"), "bands": False, "as_of": DAY},
    "sweep": {"text": DUTIES},
    "brief": {"text": NEWS, "run": True, "numbers": True, "as_of": DAY},
}
