"""The commands `citewire eval` and the figures in words, in the terminal and in the browser."""
