"""Looking at the records as they are at one moment, however long it takes, while others go on writing."""

from collections.abc import Iterator
from contextlib import contextmanager

from klausur.store import connections


@contextmanager
def snapshot() -> Iterator[None]:
    """All that is asked inside is of one moment, and nothing can be written.

    SQLite keeps the moment for a reader in its log (WAL), PostgreSQL by the isolation level.
    """
    here = connections.database()
    level = " ISOLATION LEVEL REPEATABLE READ READ ONLY" if here.schema else " DEFERRED"
    connections.point()
    with connections.connection().cursor() as cursor:
        cursor.execute(f"BEGIN{level}")
        if not here.schema:
            cursor.execute("SELECT count(*) FROM store_auditevent")  # the moment is that of the first look
        try:
            yield
        finally:
            cursor.execute("COMMIT" if here.schema else "ROLLBACK")
