"""Text to what every stage reads in it: tokens, figures, days, names (pure)."""
