"""Addresses of coming in."""

from django.urls import path

from klausur.web.accounts import views

urlpatterns = [
    path("invited/<str:secret>/", views.invited, name="invited"),
    path("enter/<str:secret>/", views.enter, name="enter"),
    path("account/", views.account, name="account"),
    path("accounts/email/", views.account),  # in the place of allauth's own page
    path("accounts/password/reset/", views.forgotten, name="account_reset_password"),  # before allauth's own
    path("language/", views.language, name="language"),
]
