"""The program on the server: one command per noun and verb, called by one line of words. Standard library only."""
