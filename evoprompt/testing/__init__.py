"""The testing kit for plug-in authors: scripted models, a landscape to search, and conformance checks for operators.

Everything here answers at once, costs nothing, and gives the same answers in every process. Touches neither network nor
disk.
"""

from evoprompt.testing.conformance import check_operator
from evoprompt.testing.landscape import Landscape
from evoprompt.testing.rewriter import Habits, Rewriter
from evoprompt.testing.scripted import ScriptedModel
from evoprompt.testing.task_model import LandscapeModel

__all__ = ["Habits", "Landscape", "LandscapeModel", "Rewriter", "ScriptedModel", "check_operator"]
