"""Where paper scripts lie is noted."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("store", "0026_retention"),
    ]

    operations = [
        migrations.CreateModel(
            name="ScriptPlace",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("software", models.CharField(max_length=40)),
                ("booklet", models.PositiveIntegerField(db_index=True)),
                ("box", models.CharField(blank=True, max_length=200)),
                ("position", models.PositiveIntegerField(null=True)),
                ("who", models.CharField(max_length=200)),
                ("when", models.DateTimeField()),
                ("why", models.TextField(blank=True)),
            ],
            options={
                "abstract": False,
            },
        ),
    ]
