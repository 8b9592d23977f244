"""What is asked for and what may be spent on it. Touches plain values."""
