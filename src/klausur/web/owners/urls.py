"""Addresses of the desk at which booklets find their owners."""

from django.urls import path

from klausur.web.owners import views

urlpatterns = [
    path("owners/", views.owners, name="owners"),
    path("owners/people/", views.people, name="owners-people"),
    path("owners/settle/", views.settle, name="owners-settle"),
]
