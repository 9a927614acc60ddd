"""Addresses of the desk for the review on site."""

from django.urls import path

from klausur.web.on_site import views

urlpatterns = [
    path("", views.slots, name="day-review"),
    path("plan/", views.plan, name="day-review-plan"),
    path("cancel/", views.cancel, name="day-review-cancel"),
    path("open/", views.open_, name="day-review-open"),
    path("end/", views.end, name="day-review-end"),
]
