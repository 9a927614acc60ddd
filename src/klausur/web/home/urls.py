"""Address of the start page."""

from django.urls import path

from klausur.web.home import views

urlpatterns = [path("", views.home, name="home")]
