"""Does every app of the stack run that should, answer by its name, stay up, and was it deployed well?"""
