"""Policies off the shelf: `policy:china-controls@2025-10-10` is a scenario like any file's, as in force on that day.

Every YAML file here is an entry: a scenario of dated, sourced measures, with what it does beside it in `*.out.csv`
(`make policies`). `us-law` is computed from its book instead, see `paxsilica.policy.law`.
"""

from paxsilica.policy.library.shelf import (
    ENTRY_FOLDER,
    US_LAW,
    PolicyName,
    entry_span,
    entry_text,
    is_policy,
    policy_name,
    shelf,
)
from paxsilica.policy.library.us_law import gaps_of, law_rates, law_scenario

__all__ = [
    "ENTRY_FOLDER",
    "US_LAW",
    "PolicyName",
    "entry_span",
    "entry_text",
    "gaps_of",
    "is_policy",
    "law_rates",
    "law_scenario",
    "policy_name",
    "shelf",
]
