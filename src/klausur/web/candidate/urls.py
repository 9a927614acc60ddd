"""Addresses of a candidate who comes by a personal link."""

from django.urls import path

from klausur.web.candidate import at_home, objecting, views

_PAGES = "pages/<str:sheet>/<int:number>/<int:page>"

urlpatterns = [
    path("", views.review, name="review"),
    path("script.pdf", views.script, name="review-script"),
    path("data.zip", views.data, name="review-data"),
    path(f"{_PAGES}/", views.picture, name="review-picture"),
    path(f"{_PAGES}/drawn.svg", views.drawn, name="review-drawn"),
    path("home/", at_home.at_home, name="review-home"),
    path("home/files/", at_home.files_part, name="review-home-files"),
    path("home/seen/", at_home.seen_part, name="review-home-seen"),
    path("home/clock/", at_home.clock, name="review-home-clock"),
    path("home/booklet.pdf", at_home.booklet, name="review-home-booklet"),
    path("home/questions.pdf", at_home.questions, name="review-home-questions"),
    path("home/uploads/", at_home.begin, name="review-home-upload"),
    path("home/uploads/<uuid:upload>/", at_home.piece, name="review-home-piece"),
    path("home/uploads/<uuid:upload>/leave/", at_home.leave, name="review-home-leave"),
    path("home/hand-in/", at_home.hand_in, name="review-home-hand-in"),
    path("home/receipts/<int:version>.pdf", at_home.receipt, name="review-home-receipt"),
    path("papers/", objecting.papers, name="review-papers"),
    path("questions/<str:question>/", objecting.question, name="review-question"),
    path("object/", objecting.object_, name="review-object"),
]
