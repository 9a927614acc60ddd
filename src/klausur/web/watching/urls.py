"""Addresses for programs, by the names that these know."""

from django.urls import path

from klausur.web.watching import views

urlpatterns = [
    path("healthz", views.healthy, name="watching-healthy"),
    path("readyz", views.ready, name="watching-ready"),
    path("metrics", views.metrics, name="watching-metrics"),
]
