"""What all verbs use: calls and their words, what is printed, files and places, addresses, faults that tests order."""
