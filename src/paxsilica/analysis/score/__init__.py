"""Predictions held against outcomes: what was said, what happened, and how well others would have done."""
