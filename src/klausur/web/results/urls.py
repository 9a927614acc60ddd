"""Addresses of the results."""

from django.urls import path

from klausur.web.results import views

urlpatterns = [
    path("results/", views.results, name="results"),
    path("results/results.<str:form>", views.export, name="results-export"),
]
