"""Who places an image may say which way up it is."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0014_alike")]

    operations = [
        migrations.AddField("pagesettlement", "turned", models.PositiveSmallIntegerField(null=True)),
    ]
