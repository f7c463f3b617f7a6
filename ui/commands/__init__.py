"""The commands but for the entry: what they share, and those that change a library."""
