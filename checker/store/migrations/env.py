"""What Alembic runs: the steps, inside the transaction that ``checker.store.migrate`` began."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
