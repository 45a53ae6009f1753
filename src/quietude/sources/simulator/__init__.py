"""Five fictional municipal logbooks of one town, made of numbers drawn from a seed: to show, to train and to evaluate on."""
