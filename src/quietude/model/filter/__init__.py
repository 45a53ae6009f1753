"""One question, one object: it compiles to every engine, has one text form for people and one URL form."""
