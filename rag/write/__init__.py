"""Quotes to sentences: a model's, checked as they come, or the quotes themselves."""
