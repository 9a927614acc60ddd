"""Addresses of coming in."""

from django.apps import apps
from django.urls import path

from klausur.web.accounts import leaving, views

urlpatterns = [
    path("invited/<str:secret>/", views.invited, name="invited"),
    path("enter/<str:secret>/", views.enter, name="enter"),
    path("account/", views.account, name="account"),
    path("accounts/email/", views.account),  # in the place of allauth's own page
    path("accounts/password/reset/", views.forgotten, name="account_reset_password"),  # before allauth's own
    path("language/", views.language, name="language"),
    path("left/<slug:login>/", leaving.left, name="left"),
]
if apps.is_installed("allauth.socialaccount.providers.saml"):  # before allauth's, which wants no signature
    urlpatterns.append(path("accounts/saml/<slug:organization_slug>/sls/", leaving.by_saml, name="saml_sls"))
