"""The page of `pax negotiate`: a best reply or a war, bargains, or the ladder of a deal."""

from __future__ import annotations

from paxsilica.questions.question import Answer
from paxsilica.report.pages.negotiate_deal import deal_report
from paxsilica.report.pages.negotiate_talks import talks_report
from paxsilica.report.pages.negotiate_view import Meeting
from paxsilica.report.pages.negotiate_war import war_report
from paxsilica.report.report import Report


def report(answer: Answer) -> Report:
    """The page of what was played."""
    m = Meeting(answer)
    mode = answer.attachments["mode"]
    if mode == "deal":
        return deal_report(m)
    return talks_report(m) if mode == "talks" else war_report(m)
