"""Two governments bargain, several fight: tariff games on the exact equilibrium."""
