"""Questions asked of the model: each a function that solves and returns frozen results."""
