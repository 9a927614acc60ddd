"""Addresses of a candidate who comes by a personal link."""

from django.urls import path

from klausur.web.candidate import objecting, views

_PAGES = "pages/<str:sheet>/<int:number>/<int:page>"

urlpatterns = [
    path("", views.review, name="review"),
    path("script.pdf", views.script, name="review-script"),
    path(f"{_PAGES}/", views.picture, name="review-picture"),
    path(f"{_PAGES}/drawn.svg", views.drawn, name="review-drawn"),
    path("papers/", objecting.papers, name="review-papers"),
    path("questions/<str:question>/", objecting.question, name="review-question"),
    path("object/", objecting.object_, name="review-object"),
]
