"""Runs the migrations on the connection that the store hands over, else on MONITOR_DATABASE_URL."""

import os

import sqlalchemy as sa
from alembic import context

from monitor.store.tables import metadata


def run(connection: sa.Connection) -> None:
    """Migrate on ``connection``; the caller owns the transaction."""
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, compare_type=False)
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with sa.create_engine(os.environ["MONITOR_DATABASE_URL"]).begin() as own:
        run(own)
