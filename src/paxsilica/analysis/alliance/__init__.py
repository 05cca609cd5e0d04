"""What an alliance is worth, what one more member adds, and whether the members would stay."""
