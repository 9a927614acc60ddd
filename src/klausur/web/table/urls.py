"""Addresses of a table on site."""

from django.urls import path

from klausur.web.table import views

urlpatterns = [
    path("", views.table, name="table"),
    path("left/", views.left, name="table-left"),
    path("end/", views.end, name="table-end"),
]
