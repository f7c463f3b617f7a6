"""What is made from the library and can be made again: the index of words, the index of meaning."""
