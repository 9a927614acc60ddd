"""Addresses of the administrator's desk."""

from django.urls import path

from klausur.web.site import views

urlpatterns = [path("", views.site, name="site")]
