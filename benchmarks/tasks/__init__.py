"""The tasks that the benchmarks and the demo run on."""

from evoprompt.benchmarks.tasks.helpdesk import helpdesk

__all__ = ["helpdesk"]
