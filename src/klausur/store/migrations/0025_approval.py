"""A second person approves a paper before it is printed."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("store", "0024_mail"),
    ]

    operations = [
        migrations.CreateModel(
            name="PaperApproved",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("software", models.CharField(max_length=40)),
                ("paper", models.CharField(max_length=64)),
                ("source", models.CharField(max_length=64)),
                ("who", models.CharField(max_length=200)),
                ("when", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("paper", "who"), name="approved_once")],
            },
        ),
    ]
