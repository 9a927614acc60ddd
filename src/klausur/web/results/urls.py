"""Addresses of the results."""

from django.urls import path

from klausur.web.results import scripts, views

urlpatterns = [
    path("results/", views.results, name="results"),
    path("results/scripts/", scripts.scripts, name="results-scripts"),
    path("results/scripts/write/", scripts.ask, name="results-scripts-write"),
    path("results/scripts/<uuid:job>/", scripts.script_file, name="results-script"),
    path("results/results.<str:form>", views.export, name="results-export"),
]
