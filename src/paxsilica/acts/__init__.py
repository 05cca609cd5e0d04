"""What changes a store: acts of a person, in the same form as questions, never cached."""
