"""Addresses of the desk for the exam day, all in one folder, which the page's worker looks after."""

from django.urls import path

from klausur.web.day import acts, room_pages, views

urlpatterns = [
    path("", views.rooms, name="day"),
    path("room/", views.room, name="day-room"),
    path("book/", room_pages.book, name="day-book"),
    path("count/", room_pages.count, name="day-count"),
    path("clock/", room_pages.clock, name="day-clock"),
    path("protocol.pdf", room_pages.protocol, name="day-protocol"),
    path("find/", views.find, name="day-find"),
    path("keep/", acts.keep, name="day-keep"),
    path("worker.js", views.worker, name="day-worker"),
]
