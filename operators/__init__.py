"""Variation operators and recipes, one room for each published system; importing the package registers them all."""

from evoprompt.operators import best_of_n, plain

__all__ = ["best_of_n", "plain"]
