"""What ./petbase runs: the verbs that are not state, in folders by noun.

    core < stack < server < dumps < files < schemas < backups < restore < imports < hetzner < doctor, adopt, pull, plan
    < summary < overview < whole

A folder imports only from those before it. A verb is beside its code: `verb_NAME.py` with a typed function `NAME`,
whose docstring is its help, or a Typer `app` of several. A `_` in the name is a `-` on the command line; a
keyword of Python's has a function with an underscore behind its name (`import_`).

`operate.cli` finds them; no list has to be kept. `SETTINGS` in a file are Typer's context settings. What takes
long to import is imported inside the function, so that `--help` stays quick.
"""
