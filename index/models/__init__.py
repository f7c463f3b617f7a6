"""Models as data: which there are, how their files come here, and texts to vectors."""
