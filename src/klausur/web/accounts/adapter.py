"""How django-allauth makes accounts here: by invitation alone."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Nobody signs up of themselves."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """No."""
        del request
        return False
