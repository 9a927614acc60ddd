"""Addresses of the results."""

from django.urls import path

from klausur.web.results import mail, publication, scripts, statistics, views

urlpatterns = [
    path("results/", views.results, name="results"),
    path("results/scripts/", scripts.scripts, name="results-scripts"),
    path("results/scripts/write/", scripts.ask, name="results-scripts-write"),
    path("results/scripts/<uuid:job>/", scripts.script_file, name="results-script"),
    path("results/publication/", publication.publication, name="results-publication"),
    path("results/publication/terms/", publication.terms, name="results-publication-terms"),
    path("results/publication/sign/", publication.sign, name="results-publication-sign"),
    path("results/publication/publish/", publication.publish_, name="results-publication-publish"),
    path("results/publication/revoke/", publication.revoke, name="results-publication-revoke"),
    path("results/publication/logins/", publication.logins, name="results-publication-logins"),
    path("results/publication/links/", publication.make_links, name="results-publication-links"),
    path(
        "results/publication/links/revoke/",
        publication.revoke_links,
        name="results-publication-links-revoke",
    ),
    path(
        "results/publication/preview/<int:candidate>/",
        publication.preview,
        name="results-publication-preview",
    ),
    path("results/mail/", mail.mail, name="results-mail"),
    path("results/mail/look/", mail.look, name="results-mail-look"),
    path("results/mail/send/", mail.send, name="results-mail-send"),
    path("results/mail/again/", mail.again, name="results-mail-again"),
    path("results/mail/returned/", mail.returned, name="results-mail-returned"),
    path("results/statistics/", statistics.statistics, name="results-statistics"),
    path("results/statistics.pdf", statistics.report, name="results-report"),
    path("results/copying/", statistics.copying, name="results-copying"),
    path("results/rows.<str:form>", statistics.rows, name="results-rows"),
    path("results/results.<str:form>", views.export, name="results-export"),
]
