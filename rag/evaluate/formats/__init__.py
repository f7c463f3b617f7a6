"""Formats that others use, one a file: bytes to answers, cases and rankings, and the other way (pure)."""
