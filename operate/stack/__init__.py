"""A stack from here: the Pulumi CLI, its outputs and state, the engine's runs."""
