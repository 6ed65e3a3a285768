"""Tasks: the product's core; the only writer of the task tables."""
