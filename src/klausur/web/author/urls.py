"""Addresses of the author's desk."""

from django.urls import path

from klausur.web.author import views

urlpatterns = [
    path("", views.author, name="author"),
    path("check/", views.check, name="author-check"),
    path("papers/", views.look, name="author-look"),
    path("approve/", views.approve, name="author-approve"),
    path("papers/<uuid:job>/<str:paper>/<int:page>/", views.page, name="author-page"),
    path("papers/<uuid:job>/<str:paper>.pdf", views.pdf, name="author-pdf"),
    path("pictures/<uuid:job>/<str:paper>/<int:page>", views.picture, name="author-picture"),
]
