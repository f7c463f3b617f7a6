"""Cheap checks of a sentence against the words it cites; one file, one check, none knows another."""
