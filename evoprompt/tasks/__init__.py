"""What is good: examples, the task that shows them to a model, and their scores. Touches examples and their scores."""
