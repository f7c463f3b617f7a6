"""The parts of the page that stand for themselves: each lays itself out with Gradio, and says what its events do."""
