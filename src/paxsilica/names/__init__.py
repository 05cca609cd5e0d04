"""What people write -> labels, and labels -> words: regions, countries, alliances, sectors, products."""

from paxsilica.names.groups import GroupError
from paxsilica.names.index import parts
from paxsilica.names.names import Names
from paxsilica.names.saying import inside, joined, several

__all__ = ["GroupError", "Names", "inside", "joined", "parts", "several"]
