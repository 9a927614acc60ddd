"""Addresses of the print desk."""

from django.urls import path

from klausur.web.prints import views

urlpatterns = [
    path("", views.prints, name="prints"),
    path("look/", views.look, name="prints-look"),
    path("print/", views.print_, name="prints-print"),
    path("job/<uuid:job>/", views.job, name="prints-job"),
    path("files/<int:printing>/<str:file>", views.printed_file, name="prints-file"),
    path("day/", views.day, name="prints-day"),
    path("day/<str:file>", views.day_file, name="prints-day-file"),
]
