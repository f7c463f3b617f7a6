"""The evaluation scripts: cases in, figures with their intervals out."""
