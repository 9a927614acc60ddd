"""Address of the overview."""

from django.urls import path

from klausur.web.overview import views

urlpatterns = [path("", views.overview, name="overview")]
