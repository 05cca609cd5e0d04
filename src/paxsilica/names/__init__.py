"""What people write -> labels, and labels -> words: regions, countries, alliances, sectors, products."""

from paxsilica.names.names import GroupError, Names, joined, parts

__all__ = ["GroupError", "Names", "joined", "parts"]
