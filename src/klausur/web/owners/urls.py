"""Addresses of the desk at which booklets find their owners."""

from django.urls import path

from klausur.web.owners import signed, views

urlpatterns = [
    path("owners/", views.owners, name="owners"),
    path("owners/people/", views.people, name="owners-people"),
    path("owners/settle/", views.settle, name="owners-settle"),
    path("owners/signatures/", signed.waiting, name="owners-signatures"),
    path("owners/signatures/decided/", signed.decided, name="owners-signatures-decided"),
    path("owners/signatures/settle/", signed.settle, name="owners-signature"),
]
