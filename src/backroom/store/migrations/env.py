"""Alembic's entry: migrate the connection handed over by `backroom.store.migrations.upgrade`."""

from alembic import context

from backroom.records.all import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    render_as_batch=True,
)
context.run_migrations()
