"""What is found in facts once they are filed: for now, which of them tell of the same thing."""
