"""Addresses of tokens."""

from django.urls import path

from klausur.web.tokens import views

urlpatterns = [
    path("", views.listing, name="team-tokens"),
    path("make/", views.make, name="team-token-make"),
    path("revoke/", views.revoke, name="team-token-revoke"),
]
