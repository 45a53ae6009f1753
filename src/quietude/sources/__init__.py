"""Where facts come from: manifests, and readers that turn bytes into raw columns."""
