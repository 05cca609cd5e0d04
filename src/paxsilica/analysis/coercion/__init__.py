"""Who can hurt whom, and at what cost to itself: exact cuts of trade, closed forms beside them, and what helps."""
