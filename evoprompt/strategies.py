"""The search loops, under the name that scripts import them by."""

from evoprompt.search.strategies import *  # noqa: F403
