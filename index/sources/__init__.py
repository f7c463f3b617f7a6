"""One file per kind of input, each turning a reference into raw articles."""
