"""What stands on covers and extra sheets has rows of its own; State is made again with them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0005_audit")]

    operations = [
        migrations.CreateModel(
            name="LegibleState",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("sheet", models.CharField(max_length=20)),
                ("number", models.PositiveIntegerField()),
                ("written", models.BooleanField()),
                ("value", models.TextField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("sheet", "number"), name="legible_once"),
                ],
            },
        ),
    ]
