"""Prompt templates as files; README.md names each placeholder."""
