"""Addresses of an exam at home, for its examiner."""

from django.urls import path

from klausur.web.at_home import views

urlpatterns = [
    path("", views.at_home, name="day-home"),
    path("times/", views.times, name="day-home-times"),
    path("decide/", views.decide, name="day-home-decide"),
    path("take/", views.take, name="day-home-take"),
    path("files/<int:hand_in>/<str:digest>/", views.file, name="day-home-file"),
]
