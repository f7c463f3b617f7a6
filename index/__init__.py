"""The archive: articles become searchable passages."""
