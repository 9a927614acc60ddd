"""Addresses of the people desk."""

from django.urls import path

from klausur.web.people import acts, newer, views

urlpatterns = [
    path("", views.people, name="people"),
    path("new/", views.new, name="people-new"),
    path("add/", acts.add, name="people-add"),
    path("<int:candidate>/", views.candidate, name="people-candidate"),
    path("<int:candidate>/change/", acts.change, name="people-change"),
    path("<int:candidate>/mark/", acts.mark, name="people-mark"),
    path("<int:candidate>/data.zip", views.data, name="people-data"),
    path("mark/", acts.mark_many, name="people-mark-many"),
    path("mark/back/", acts.unmark, name="people-unmark"),
    path("list/", newer.bring, name="people-list"),
    path("list/back/", newer.take_back, name="people-list-back"),
    path("list/<uuid:kept>/", newer.preview, name="people-list-preview"),
    path("list/<uuid:kept>/take-over/", newer.take_over, name="people-list-take-over"),
]
