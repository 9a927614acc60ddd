"""Addresses of the scans desk."""

from django.urls import path

from klausur.web.scans import acts, uploads, views

urlpatterns = [
    path("scans/", views.files, name="scans"),
    path("scans/files/", views.files_part, name="scans-files"),
    path("scans/images/<str:kind>/", views.images, name="scans-images"),
    path("scans/image/<int:image>/", views.image, name="scans-image"),
    path("scans/missing/", views.missing, name="scans-missing"),
    path("scans/booklets/<int:booklet>/", views.booklet, name="scans-booklet"),
    path("scans/extras/", views.extras, name="scans-extras"),
    path("scans/history/", views.history, name="scans-history"),
    path("scans/settle/", acts.settle, name="scans-settle"),
    path("scans/reread/", acts.reread, name="scans-reread"),
    path("scans/copy/", acts.copy, name="scans-copy"),
    path("scans/extras/settle/", acts.extra, name="scans-extra"),
    path("scans/missing/waive/", acts.waive, name="scans-waive"),
    path("scans/undo/", acts.undo, name="scans-undo"),
    path("scans/missing/undo/", acts.undo_waiver, name="scans-undo-waiver"),
    path("scans/extras/undo/", acts.undo_extra, name="scans-undo-extra"),
    path("scans/copy/undo/", acts.undo_copy, name="scans-undo-copy"),
    path("scans/jobs/<uuid:job>/again/", acts.again, name="scans-again"),
    path("scans/uploads/", uploads.begin, name="scans-upload"),
    path("scans/uploads/<uuid:upload>/", uploads.piece, name="scans-piece"),
    path("scans/uploads/<uuid:upload>/leave/", uploads.leave, name="scans-leave"),
]
