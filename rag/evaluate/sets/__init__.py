"""Adapters: one public set a file, each from its own format to cases and articles. None of the sets is part of Citewire."""
