"""The plan of a program from stack files alone, without accounts."""
