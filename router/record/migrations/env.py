"""Run by Alembic: migrates in the connection and the transaction that it is given."""

from alembic import context

from router.record.schema import VERSION_TABLE
from router.record.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    version_table=VERSION_TABLE,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
