"""Texts: cleaned, dated, cut into sentences and passages, and told from their copies (pure)."""
