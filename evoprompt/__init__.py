"""evoprompt finds better prompts for language models by evolution.

The names here are the public ones; heavy libraries (litellm, llama.cpp, matplotlib) wait until they are needed.
"""

from evoprompt.genome import Genome, Shot
from evoprompt.models.embedded.model import EmbeddedModel
from evoprompt.models.hosted.litellm_model import LiteLLM
from evoprompt.models.model import Completion, Model, ModelUnavailable, Refused, Request
from evoprompt.models.named import as_model
from evoprompt.models.usage import Usage
from evoprompt.plan.budget import Budget
from evoprompt.run.evolution import Evolution, NothingEvaluated, evolve
from evoprompt.run.handover import load
from evoprompt.run.result import Result
from evoprompt.run.setup_check import BrokenSetup
from evoprompt.search.allocation import Full, Minibatch
from evoprompt.search.recipe import Recipe, Search, Start, get_recipe, known_recipes, recipe
from evoprompt.storage.record import Record
from evoprompt.tasks.evaluation import Answer, Evaluation
from evoprompt.tasks.example import Example, Score
from evoprompt.tasks.judge import Judge
from evoprompt.tasks.prompt import Applied, Prompt
from evoprompt.tasks.scoring.scorers import (
    Choice,
    LabelProbability,
    contains,
    exact_match,
    json_fields,
    last_number,
    token_f1,
)
from evoprompt.tasks.tables.rows import DataWarning
from evoprompt.tasks.tally import Tally
from evoprompt.tasks.task import Task
from evoprompt.text.options import OneOf, Range
from evoprompt.variation.individual import Individual
from evoprompt.variation.operator import Context, NoChild, Operator, get_operator, known_operators, operator
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
