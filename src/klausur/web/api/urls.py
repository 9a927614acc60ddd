"""Addresses of the API, out of the table of operations."""

import re

from django.urls import path

from klausur.web.api import acts, views
from klausur.web.api.asking import asked
from klausur.web.api.operations import OPERATIONS

urlpatterns = [
    path("openapi.json", views.openapi, name="api"),
    *(
        path(
            "exams/<slug:slug>/" + re.sub(r"\{(\w+:\w+)\}", r"<\1>", each.path),
            asked(each, getattr(acts, each.name)),
            name=f"api-{each.name}",
        )
        for each in OPERATIONS
    ),
]
