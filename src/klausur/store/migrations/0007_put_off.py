"""Booklets can be derived anew in portions."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0006_legible")]

    operations = [
        migrations.AddField("mark", "booklets_from", models.PositiveIntegerField(null=True)),
    ]
