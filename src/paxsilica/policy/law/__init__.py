"""The law of a day: the duties of the United States since 1 January 2025, as ordered, as they apply and as paid."""

from paxsilica.policy.law.book import Entry, all_entries, known
from paxsilica.policy.law.law import VARIANTS, Law, law_of
from paxsilica.policy.law.paid import paid_months

__all__ = ["VARIANTS", "Entry", "Law", "all_entries", "known", "law_of", "paid_months"]
