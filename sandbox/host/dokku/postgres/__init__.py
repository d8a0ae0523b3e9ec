"""What stands in for dokku-postgres 1.48.0: `postgres:*`, each service a real PostgreSQL server.

Two things the wheel's build cannot give: SSL (the connection stays in the clear, on loopback), and extensions other
than plpgsql and vector.
"""
