"""evoprompt finds better prompts for language models by evolution.

The names here are the public ones; heavy libraries (litellm, llama.cpp, matplotlib) wait until they are needed.
"""

from evoprompt.allocation import Full, Minibatch
from evoprompt.budget import Budget
from evoprompt.embedded import EmbeddedModel
from evoprompt.evaluation import Answer, Evaluation
from evoprompt.evolution import Evolution, NothingEvaluated, evolve
from evoprompt.example import Example, Score
from evoprompt.genome import Genome, Shot
from evoprompt.handover import load
from evoprompt.individual import Individual
from evoprompt.judge import Judge
from evoprompt.litellm_model import LiteLLM
from evoprompt.model import Completion, Model, ModelUnavailable, Refused, Request
from evoprompt.models import as_model
from evoprompt.operator import Context, NoChild, Operator, get_operator, known_operators, operator
from evoprompt.options import OneOf, Range
from evoprompt.prompt import Applied, Prompt
from evoprompt.recipe import Recipe, Search, Start, get_recipe, known_recipes, recipe
from evoprompt.record import Record
from evoprompt.result import Result
from evoprompt.rows import DataWarning
from evoprompt.scorers import Choice, LabelProbability, contains, exact_match, json_fields, last_number, token_f1
from evoprompt.setup_check import BrokenSetup
from evoprompt.tally import Tally
from evoprompt.task import Task
from evoprompt.usage import Usage
from evoprompt.version import __version__

__all__ = [
    "Answer",
    "Applied",
    "BrokenSetup",
    "Budget",
    "Choice",
    "Completion",
    "Context",
    "DataWarning",
    "EmbeddedModel",
    "Evaluation",
    "Evolution",
    "Example",
    "Full",
    "Genome",
    "Individual",
    "Judge",
    "LabelProbability",
    "LiteLLM",
    "Minibatch",
    "Model",
    "ModelUnavailable",
    "NoChild",
    "NothingEvaluated",
    "OneOf",
    "Operator",
    "Prompt",
    "Range",
    "Recipe",
    "Record",
    "Refused",
    "Request",
    "Result",
    "Score",
    "Search",
    "Shot",
    "Start",
    "Tally",
    "Task",
    "Usage",
    "__version__",
    "as_model",
    "contains",
    "evolve",
    "exact_match",
    "get_operator",
    "get_recipe",
    "json_fields",
    "known_operators",
    "known_recipes",
    "last_number",
    "load",
    "operator",
    "recipe",
    "token_f1",
]
