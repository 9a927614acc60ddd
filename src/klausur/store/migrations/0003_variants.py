"""Variants: how many a print run has, and what was drawn for them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Two columns; runs of before had one variant and nothing drawn."""

    dependencies = [("store", "0002_sheets")]

    operations = [
        migrations.AddField("printrun", "drawn", models.TextField(blank=True, default=""), preserve_default=False),
        migrations.AddField("printrun", "variants", models.TextField(blank=True, default=""), preserve_default=False),
    ]
