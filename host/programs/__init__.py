"""How other programs are started: lists of words, pipelines, several side by side."""
