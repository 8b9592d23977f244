"""Pictures and reports of a record. Each picture is two things: plain rows from the record, and a drawing of them."""

from evoprompt.plots import difference, failures, progress, report, summary

__all__ = ["difference", "failures", "progress", "report", "summary"]
