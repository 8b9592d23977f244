"""How children come about: operators, what they are given, and how a model's text is read.

Touches genomes, one line to the models, and its own chance.
"""
