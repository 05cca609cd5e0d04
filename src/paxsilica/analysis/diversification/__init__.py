"""Other markets: where the exports of a country that meets a new duty go, and where else they could."""
