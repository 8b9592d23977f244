"""Tasks and comparisons: the only place that names data sets and rivals."""
