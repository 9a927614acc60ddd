"""Addresses of the grading desk."""

from django.urls import path

from klausur.web.grading import comments, drawing, sheets, views

urlpatterns = [
    path("grading/", views.grading, name="grading"),
    path("grading-reply/", views.reply, name="grading-reply"),
    path("grading/<str:question>/", views.desk, name="grading-desk"),
    path("grading/<str:question>/next/", views.next_, name="grading-next"),
    path("grading/<str:question>/judge/", views.judge, name="grading-judge"),
    path("grading/<str:question>/judge-alike/", sheets.judge, name="grading-judge-alike"),
    path("grading/<str:question>/together/", sheets.together, name="grading-together"),
    path("grading/<str:question>/undo/", views.undo, name="grading-undo"),
    path("grading/<str:question>/park/", views.park, name="grading-park"),
    path("grading/<str:question>/hold/", views.hold, name="grading-hold"),
    path("grading/<str:question>/leave/", views.leave, name="grading-leave"),
    path("grading/<str:question>/annotate/", drawing.annotate, name="grading-annotate"),
    path("grading/<str:question>/erase/", drawing.erase, name="grading-erase"),
    path("grading/<str:question>/comment/", comments.comment, name="grading-comment"),
    path("grading/<str:question>/<int:booklet>/", views.answer, name="grading-answer"),
    path("grading/<str:question>/<int:booklet>/worth/", views.worth, name="grading-worth"),
]
