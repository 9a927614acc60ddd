"""Addresses of pictures."""

from django.urls import path

from klausur.web.pictures import views

urlpatterns = [
    path("pictures/image/<int:image>.jpg", views.image, name="picture-image"),
    path("pictures/cleaned/<int:image>.jpg", views.cleaned, name="picture-cleaned"),
    path("pictures/page/<str:sheet>/<int:number>/<int:page>.jpg", views.page, name="picture-page"),
    path("pictures/field/<int:booklet>/<path:field>.jpg", views.field, name="picture-field"),
    path("pictures/list/<int:number>/<path:field>.jpg", views.on_list, name="picture-on-list"),
    path("pictures/question/<int:booklet>/<str:question>.jpg", views.question, name="picture-question"),
    path("pictures/space/<int:booklet>/<path:field>.jpg", views.space, name="picture-space"),
]
