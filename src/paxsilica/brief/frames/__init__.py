"""State acts in sentences and tables: words of a tree of grammar with what they name, and the frames that they fill."""
