"""The truth: one SQLite file, who owns it, and what goes in and out."""
