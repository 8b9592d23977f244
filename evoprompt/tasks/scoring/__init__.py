"""From an output to a score: labels, numbers and fields are read, never guessed. Touches texts; a user's scorer file."""
