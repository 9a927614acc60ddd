"""Addresses of who judges what and how."""

from django.urls import path

from klausur.web.judging import views

urlpatterns = [
    path("grading-plan/", views.plan, name="grading-plan"),
    path("grading-withdraw/", views.withdraw, name="grading-plan-withdraw"),
    path("grading-plan/<str:question>/", views.arrange, name="grading-plan-question"),
    path("grading-plan/<str:question>/assign/", views.assign, name="grading-plan-assign"),
    path("grading-plan/<str:question>/rules/", views.rules, name="grading-plan-rules"),
    path("grading-figures/", views.figures, name="grading-figures"),
]
