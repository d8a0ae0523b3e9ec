"""Values of the stack file: types, each with its error message, cron expressions, PEM."""
