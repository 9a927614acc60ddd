"""A booklet may count without a page that was not found, where a person says so."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0010_looked_through")]

    operations = [
        migrations.CreateModel(
            name="PageWaiver",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("software", models.CharField(max_length=40)),
                ("number", models.PositiveIntegerField()),
                ("page", models.PositiveSmallIntegerField()),
                ("waived", models.BooleanField()),
                ("who", models.CharField(max_length=200)),
                ("when", models.DateTimeField()),
                ("why", models.TextField(blank=True)),
            ],
            options={
                "indexes": [models.Index(fields=["number"], name="waivers_by_booklet")],
            },
        ),
    ]
