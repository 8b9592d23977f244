"""Search loops: `ask()` gives births, `tell()` takes evaluated individuals."""

from evoprompt.strategies.base import Founders, Pool, Strategy
from evoprompt.strategies.differential import Differential
from evoprompt.strategies.genetic import Genetic, roulette
from evoprompt.strategies.local import Annealing, Beam, HillClimb
from evoprompt.strategies.sampling import Sampling
from evoprompt.strategies.steady_state import SteadyState

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
