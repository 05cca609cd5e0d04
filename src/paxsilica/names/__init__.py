"""What people write -> labels, and labels -> words: regions, countries, alliances, sectors, products."""

from paxsilica.names.groups import GroupError
from paxsilica.names.index import parts
from paxsilica.names.names import Names
from paxsilica.names.saying import does, inside, joined, several

__all__ = ["GroupError", "Names", "does", "inside", "joined", "parts", "several"]
