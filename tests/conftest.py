"""Makes a bare checkout behave like an install: the packages beside the engine are found below its name."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

import evoprompt  # noqa: E402

evoprompt.__path__.append(str(ROOT))
