"""Finding facts and documents by their words: the language, the questions, the index and the saved searches."""
