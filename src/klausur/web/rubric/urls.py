"""Addresses of rubrics."""

from django.urls import path

from klausur.web.rubric import views

urlpatterns = [
    path("rubric/<str:question>/", views.rubric, name="grading-rubric"),
    path("rubric/<str:question>/preview/", views.preview, name="grading-rubric-preview"),
    path("rubric/<str:question>/save/", views.save, name="grading-rubric-save"),
    path("rubric/<str:question>/undo/", views.undo, name="grading-rubric-undo"),
]
