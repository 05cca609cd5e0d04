"""Targets of trade: how far growth and instruments carry, and the cut in trade cost that is left."""
