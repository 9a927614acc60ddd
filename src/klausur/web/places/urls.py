"""Addresses of where paper lies."""

from django.urls import path

from klausur.web.places import views

urlpatterns = [
    path("", views.places, name="scans-places"),
    path("note/", views.note, name="scans-places-note"),
]
