"""All addresses: those of each desk stand in its folder."""

from django.urls import include, path

from klausur.web.lti.urls import EXAM, SITE

urlpatterns = [
    path("", include("klausur.web.home.urls")),
    path("", include("klausur.web.watching.urls")),
    path("", include("klausur.web.accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("api/", include("klausur.web.api.urls")),
    path("site/", include("klausur.web.site.urls")),
    path("site/platforms/", include(SITE)),
    path("lti/", include("klausur.web.lti.urls")),
    path("exams/<slug:slug>/", include("klausur.web.overview.urls")),
    path("exams/<slug:slug>/", include("klausur.web.pictures.urls")),
    path("exams/<slug:slug>/team/", include("klausur.web.team.urls")),
    path("exams/<slug:slug>/author/", include("klausur.web.author.urls")),
    path("exams/<slug:slug>/people/", include("klausur.web.people.urls")),
    path("exams/<slug:slug>/", include("klausur.web.scans.urls")),
    path("exams/<slug:slug>/", include("klausur.web.readings.urls")),
    path("exams/<slug:slug>/", include("klausur.web.grading.urls")),
    path("exams/<slug:slug>/", include("klausur.web.judging.urls")),
    path("exams/<slug:slug>/", include("klausur.web.rubric.urls")),
    path("exams/<slug:slug>/", include("klausur.web.owners.urls")),
    path("exams/<slug:slug>/day/", include("klausur.web.day.urls")),
    path("exams/<slug:slug>/review/", include("klausur.web.on_site.urls")),
    path("exams/<slug:slug>/home/", include("klausur.web.at_home.urls")),
    path("exams/<slug:slug>/prints/", include("klausur.web.prints.urls")),
    path("exams/<slug:slug>/", include("klausur.web.results.urls")),
    path("exams/<slug:slug>/results/courses/", include(EXAM)),
    path("exams/<slug:slug>/", include("klausur.web.key.urls")),
    path("exams/<slug:slug>/", include("klausur.web.objections.urls")),
    path("exams/<slug:slug>/places/", include("klausur.web.places.urls")),
    path("exams/<slug:slug>/team/tokens/", include("klausur.web.tokens.urls")),
    path("exams/<slug:slug>/keeping/", include("klausur.web.keeping.urls")),
    path("table/<slug:slug>/", include("klausur.web.table.urls")),
    path("mine/", include("klausur.web.mine.urls")),
    path("review/<slug:slug>/<str:secret>/", include("klausur.web.candidate.urls")),
]

handler400 = "klausur.web.failures.bad"
handler403 = "klausur.web.failures.denied"
handler404 = "klausur.web.failures.missing"
handler500 = "klausur.web.failures.broken"
