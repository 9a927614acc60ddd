"""Django settings of one exam folder; `klausur.store.folder` names the database when it opens one."""

import os

SECRET_KEY = "no session or signature is made with this key"  # noqa: S105 - nothing is signed
INSTALLED_APPS = ["klausur.store"]

NOWHERE = f"{os.devnull}/no exam folder is open"
"""The database's name while no exam folder is open: it cannot be opened, so a stray query fails. A database
in memory would not do: Django never closes one, and would go on asking it after a folder is opened."""

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": NOWHERE,
        "OPTIONS": {
            # Writers take the lock when they begin, so that what a transaction has looked up still holds
            # when it writes; readers go on beside them (WAL). 20 s is longer than any transaction here.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
