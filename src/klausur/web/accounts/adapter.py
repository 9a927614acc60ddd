"""How django-allauth makes accounts here: by invitation alone, also for who logs in elsewhere."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Nobody signs up of themselves."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """No."""
        del request
        return False


class SingleSignOn(DefaultSocialAccountAdapter):  # type: ignore[misc]  # the same
    """Who logs in elsewhere gets into the account of their mail address, and none is made."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: object) -> bool:
        """No."""
        del request, sociallogin
        return False
