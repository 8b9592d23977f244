"""Characters: templates, lines for a terminal, words compared, values that a user wrote. Touches strings alone."""
