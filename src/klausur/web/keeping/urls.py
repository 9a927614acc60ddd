"""Addresses of keeping an exam."""

from django.urls import path

from klausur.web.keeping import views

urlpatterns = [
    path("", views.keeping, name="keeping"),
    path("terms/", views.terms, name="keeping-terms"),
    path("look/", views.look, name="keeping-look"),
    path("delete/", views.delete, name="keeping-delete"),
    path("certificates/<int:deletion>.json", views.certificate, name="keeping-certificate"),
]
