"""What to try next and whom to keep. Touches individuals, evidence and DEAP; never a model or a file."""
