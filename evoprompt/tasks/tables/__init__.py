"""A user's tables as rows, and rows as a table again. Touches files that a user named."""
