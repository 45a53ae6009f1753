"""The central main courante: what people write down, hour after hour; entries, their versions, follow-ups."""
