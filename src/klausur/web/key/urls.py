"""Addresses of the key."""

from django.urls import path

from klausur.web.key import views

urlpatterns = [
    path("key/", views.key, name="results-key"),
    path("grade-key/", views.grade_key, name="results-grade-key"),
    path("key-preview/", views.preview, name="results-key-preview"),
    path("key-save/", views.save, name="results-key-save"),
    path("key-undo/", views.undo, name="results-key-undo"),
    path("key/<str:question>/", views.of_question, name="results-key-question"),
]
