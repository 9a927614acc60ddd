"""Images that show a page otherwise than the one that counts are found by that page's number."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0007_put_off")]

    operations = [
        migrations.AddIndex("pageimage", models.Index(fields=["code_number"], name="images_by_code")),
    ]
