"""A query to hits, and hits to the numbered quotes that answer."""
