"""Invented articles of invented outlets, and questions about them: what `citewire demo` takes in."""
