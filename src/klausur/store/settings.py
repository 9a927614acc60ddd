"""Django settings of one exam folder; the place of the database is set when a folder is opened."""

SECRET_KEY = "no session or signature is made with this key"  # noqa: S105 - nothing is signed
INSTALLED_APPS = ["klausur.store"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
