"""What a site's jobs do to an exam, they do once."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0008_contested")]

    operations = [
        migrations.CreateModel(
            name="JobEffect",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("software", models.CharField(max_length=40)),
                ("job", models.CharField(max_length=36, unique=True)),
                ("result", models.TextField()),
                ("made", models.DateTimeField()),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="JobAttempt",
            fields=[
                ("job", models.CharField(max_length=36, primary_key=True, serialize=False)),
                ("attempt", models.PositiveIntegerField()),
            ],
        ),
    ]
