"""Charts, one module a mark; every function returns a `Figure`."""
