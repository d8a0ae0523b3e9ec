"""Values with a form of their own: types with the sentence of their error, cron expressions, PEM."""
