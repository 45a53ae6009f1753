"""Five fictional municipal logbooks of one town, drawn from a seed: to show, to train and to evaluate on."""
