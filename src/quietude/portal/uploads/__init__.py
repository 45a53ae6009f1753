"""Files that people send: judged by their content, photographs made anew, kept by their digest, sent back harmless."""
