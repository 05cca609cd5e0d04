"""The prediction that the packaged report card scores."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from paxsilica.analysis.score.prediction import Prediction
from paxsilica.desk import Desk
from paxsilica.errors import InputError


class Packaged(NamedTuple):
    """A prediction of US imports of autumn 2025, and the rival's response: months -> log change for a log duty of 1."""

    prediction: Prediction
    response: Mapping[float, float]


def packaged_prediction(desk: Desk) -> Packaged:
    """US imports of September to November 2025 on the default path, from the law of each day.

    Raises:
        InputError: always, until the path is there.
    """
    desk.progress("predicting US imports of autumn 2025")
    raise InputError(
        "the packaged prediction of autumn 2025 is not there yet; give your own: `pax score PREDICTION OUTCOMES.csv`"
    )
