"""What the judges are trained on."""
