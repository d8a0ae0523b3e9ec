"""One file a verb: `NAME.py` with a typed function `NAME`, whose docstring is its help, or a Typer `app` of several.
A `_` in the name is a `-` on the command line.

`operate.__main__` finds them; no list has to be kept. `SETTINGS` in a file are Typer's context settings. What takes
long to import is imported inside the function, so that `--help` stays quick.
"""
