"""State acts in sentences and tables: mentions in order, the clauses they stand in, and the frames that they fill."""
