"""What alembic runs for each command: a migration on the connection that `ensure_current` opened."""

from alembic import context

from data.register.migrations import VERSION_TABLE
from data.register.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
