"""Variation operators and recipes, one room for each published system; importing the package registers them all."""

from evoprompt.operators import best_of_n, default, evoprompt_de, evoprompt_ga, grips, plain, promptbreeder

__all__ = ["best_of_n", "default", "evoprompt_de", "evoprompt_ga", "grips", "plain", "promptbreeder"]
