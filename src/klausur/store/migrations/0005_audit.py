"""Events that are numbered and chained, each with the digests of the rows that it wrote.

Events of an older Klausur get numbers and digests as they stand now, and one more event seals all rows there are.
"""

from datetime import UTC, datetime
from typing import Any

from django.db import migrations, models

from klausur import __version__
from klausur.store import canonical, row_seals
from klausur.store.audit import digest

FORM = 1


def chain(apps: Any, schema_editor: Any) -> None:
    """Number the events, seal what is there."""
    events = apps.get_model("store", "AuditEvent").objects
    before, number = "", 0
    for event in events.order_by("pk"):
        number += 1
        event.number, event.before, event.form = number, before, FORM
        event.digest = before = digest(event)
        event.save()
    rows: row_seals.Seals = {}
    for table in canonical.FORMS[FORM]:
        model = apps.get_model("store", table)
        of = canonical.Digester(model, FORM)
        found = model.objects.values_list("pk", *of.columns)
        rows[table] = {values[0]: of.values(values) for values in found.iterator(chunk_size=5000)}
    counts = {table: len(keys) for table, keys in rows.items() if keys}
    if not number and not counts:
        return
    event = apps.get_model("store", "AuditEvent")(
        number=number + 1,
        before=before,
        form=FORM,
        rows=row_seals.packed(rows),
        verb="chained",
        who="",
        when=datetime.now(UTC),
        detail={"rows": counts},
        software=__version__,
    )
    event.digest = digest(event)
    event.save()


class Migration(migrations.Migration):

    dependencies = [("store", "0004_editions")]

    operations = [
        migrations.AddField("auditevent", "number", models.PositiveIntegerField(null=True)),
        migrations.AddField("auditevent", "before", models.CharField(blank=True, default="", max_length=64), False),
        migrations.AddField("auditevent", "digest", models.CharField(default="", max_length=64), False),
        migrations.AddField("auditevent", "form", models.PositiveSmallIntegerField(default=FORM), False),
        migrations.AddField("auditevent", "rows", models.TextField(blank=True, default=""), False),
        migrations.AddField("auditevent", "gone", models.TextField(blank=True, default=""), False),
        migrations.RunPython(chain, elidable=False),
        migrations.AlterField("auditevent", "number", models.PositiveIntegerField(unique=True)),
    ]
