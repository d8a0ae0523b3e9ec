"""The promises, shown on running apps."""
