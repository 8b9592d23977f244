"""How to ask a model, and what a call took. Touches the network, clocks and keys; of the disk the weights alone."""
