"""How long data are kept is recorded, and what was deleted because its time was over."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("store", "0025_approval"),
    ]

    operations = [
        migrations.CreateModel(
            name="RetentionSet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("software", models.CharField(max_length=40)),
                ("value", models.TextField()),
                ("who", models.CharField(max_length=200)),
                ("when", models.DateTimeField()),
                ("why", models.TextField(blank=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Deletion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("software", models.CharField(max_length=40)),
                ("act", models.CharField(max_length=36, unique=True)),
                ("what", models.CharField(max_length=40)),
                ("certificate", models.TextField()),
                ("who", models.CharField(max_length=200)),
                ("when", models.DateTimeField()),
                ("why", models.TextField(blank=True)),
            ],
            options={
                "abstract": False,
            },
        ),
    ]
