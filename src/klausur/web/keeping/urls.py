"""Addresses of keeping an exam."""

from django.urls import path

from klausur.web.keeping import views

urlpatterns = [
    path("", views.keeping, name="team-keeping"),
    path("terms/", views.terms, name="team-keeping-terms"),
    path("look/", views.look, name="team-keeping-look"),
    path("delete/", views.delete, name="team-keeping-delete"),
    path("certificates/<int:deletion>.json", views.certificate, name="team-keeping-certificate"),
]
