"""Addresses of the readings desk."""

from django.urls import path

from klausur.web.readings import views

urlpatterns = [
    path("readings/", views.readings, name="readings"),
    path("readings/gallery/", views.gallery, name="readings-gallery"),
    path("readings/settle/", views.settle, name="readings-settle"),
    path("readings/accept/", views.accept, name="readings-accept"),
]
