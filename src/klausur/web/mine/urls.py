"""Addresses of candidates who log in."""

from django.urls import path

from klausur.web.mine import views

urlpatterns = [
    path("", views.exams, name="mine"),
    path("account/", views.account, name="mine-account"),
]
