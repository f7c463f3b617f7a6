"""Pages: their article, what they say of themselves, and what on them is not shown."""
