"""Addresses of the readings desk."""

from django.urls import path

from klausur.web.readings import second, views

urlpatterns = [
    path("readings/", views.readings, name="readings"),
    path("readings/gallery/", views.gallery, name="readings-gallery"),
    path("readings/second/", second.second, name="readings-second"),
    path("readings/second/draw/", second.draw, name="readings-second-draw"),
    path("readings/second/look/", second.look, name="readings-second-look"),
    path("readings/second/rest/", second.rest, name="readings-second-rest"),
    path("readings/settle/", views.settle, name="readings-settle"),
    path("readings/accept/", views.accept, name="readings-accept"),
]
