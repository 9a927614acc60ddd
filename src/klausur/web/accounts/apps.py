"""Coming in, as Django knows it: from its start on, who does is written down."""

from importlib import import_module

from django.apps import AppConfig

from klausur.web.logs import keep_secrets_out


class AccountsConfig(AppConfig):
    """It has no tables."""

    name = "klausur.web.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Hear of logins, by whatever way they come; and have no log tell the links by which people come."""
        import_module("klausur.web.accounts.logged")
        keep_secrets_out()
