"""Addresses of the results."""

from django.urls import path

from klausur.web.results import scripts, statistics, views

urlpatterns = [
    path("results/", views.results, name="results"),
    path("results/scripts/", scripts.scripts, name="results-scripts"),
    path("results/scripts/write/", scripts.ask, name="results-scripts-write"),
    path("results/scripts/<uuid:job>/", scripts.script_file, name="results-script"),
    path("results/statistics/", statistics.statistics, name="results-statistics"),
    path("results/rows.<str:form>", statistics.rows, name="results-rows"),
    path("results/results.<str:form>", views.export, name="results-export"),
]
