"""Addresses of the objections' desk."""

from django.urls import path

from klausur.web.objections import views

urlpatterns = [
    path("objections/", views.objections_, name="results-objections"),
    path("objections/<int:objection>/", views.objection, name="results-objection"),
    path("objections/<int:objection>/answer/", views.answer, name="results-objection-answer"),
]
