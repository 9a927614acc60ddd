"""Django settings of exams' records. Which databases there are is known when folders are opened."""

from typing import Any

SECRET_KEY = "no session or signature is made with this key"  # noqa: S105 - nothing is signed
INSTALLED_APPS = ["klausur.store"]
DATABASES: dict[str, dict[str, Any]] = {"default": {}}
"""Django wants a default; this one refuses every query. `klausur.store.connections` adds each exam's."""

DATABASE_ROUTERS = ["klausur.store.connections.Router"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
