"""Doing it: a plan carried out, kept and told. Touches everything."""
