"""Search loops: `ask()` gives births, `tell()` takes evaluated individuals."""

from evoprompt.search.strategies.base import Founders, Pool, Strategy
from evoprompt.search.strategies.differential import Differential
from evoprompt.search.strategies.genetic import Genetic, roulette
from evoprompt.search.strategies.local import Annealing, Beam, HillClimb
from evoprompt.search.strategies.sampling import Sampling
from evoprompt.search.strategies.steady_state import SteadyState

__all__ = [
    "Annealing",
    "Beam",
    "Differential",
    "Founders",
    "Genetic",
    "HillClimb",
    "Pool",
    "Sampling",
    "SteadyState",
    "Strategy",
    "roulette",
]
