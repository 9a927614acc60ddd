"""Addresses of who does what."""

from django.urls import path

from klausur.web.team import views

urlpatterns = [
    path("", views.team, name="team"),
    path("invite/", views.invite, name="team-invite"),
    path("role/", views.role, name="team-role"),
    path("names/", views.names, name="team-names"),
    path("again/", views.again, name="team-again"),
    path("withdraw/", views.withdraw, name="team-withdraw"),
]
