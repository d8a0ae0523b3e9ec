"""What ./petbase runs: the verbs that are not state. A verb is one file in `operate/verbs`; the rest here is shared."""
