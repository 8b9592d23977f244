"""Outputs of operator models as they are written, with what a careful reader adopts."""
