"""The model that comes with the package. Touches the processor, and of the disk the weights alone."""
