"""The OpenAPI document is true: whatever is posted is answered as it says, and never with a failure of the server."""

from __future__ import annotations

import json
from typing import Any

import pytest
import schemathesis
from asked import ASKED
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import CHECKS, load_all_checks
from served import Served

from paxsilica.questions.registry import QUESTIONS
from paxsilica.web.work import LONG

load_all_checks()
TOO_STRICT = [CHECKS.get_one("positive_data_acceptance")]
"""What has the right form may still name a country that there is none of."""

MATRICES = ("matrix", "relief")
"""Fields that are left out where they are true: each answer takes long, and other tests ask for it."""

FEW_DRAWS = 20
EXAMPLES, FEW, LONGEST = 15, 6, 180


@pytest.fixture(scope="module")
def api(served: Served) -> Any:
    return schemathesis.openapi.from_url(f"{served.url}/openapi.json")


@pytest.mark.parametrize("kind", QUESTIONS)
def test_what_is_posted_is_answered_as_the_document_says(api: Any, kind: str) -> None:
    statuses: list[int] = []
    bodies = api[f"/ask/{kind}"]["POST"].as_strategy()

    @settings(
        max_examples=FEW if kind in LONG else EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=[*HealthCheck],
    )
    @given(bodies, st.booleans())
    def posted(case: Any, sound: bool) -> None:
        if isinstance(case.body, dict):
            case.body = {**case.body, **(ASKED[kind] if sound else {})}
            case.body = {k: v for k, v in case.body.items() if k not in MATRICES or v is not True}
            if isinstance(drawn := case.body.get("draws"), int) and drawn > FEW_DRAWS:
                case.body["draws"] = FEW_DRAWS
            if kind == "score":
                case.body["nothing"] = 1  # it needs no field, and takes half a minute
        reply = case.call(timeout=LONGEST)
        statuses.append(reply.status_code)
        case.validate_response(reply, excluded_checks=TOO_STRICT)

    posted()
    case = api[f"/ask/{kind}"]["POST"].Case(body=dict(ASKED[kind]), media_type="application/json")
    reply = case.call(timeout=LONGEST)
    case.validate_response(reply, excluded_checks=TOO_STRICT)
    assert reply.status_code == 200
    assert {*statuses} & {200, 422}


def test_every_refusal_is_in_the_document(served: Served) -> None:
    document = json.loads(served.get("/openapi.json").text)
    assert document["paths"]
    for path, methods in document["paths"].items():
        assert path.startswith("/ask/")
        assert {*methods["post"]["responses"]} >= {
            *["200", "400", "403", "408", "413", "421", "422", "429", "503"]
        }
        schema = methods["post"]["requestBody"]["content"]["application/json"]["schema"]
        assert schema["additionalProperties"] is False
        for name, field in schema["properties"].items():
            assert field["description"], f"{path}: {name} does not say what it means"
