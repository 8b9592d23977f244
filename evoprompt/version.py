"""The version, in a module of its own: the engine writes it into records."""

__version__ = "0.1.0"
