"""How facts are filed, changed and erased: under one lock, in commits that readers see whole."""
