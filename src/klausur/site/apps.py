"""The site as Django knows it."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """Its tables are called ``site_…``."""

    name = "klausur.site"
    label = "site"
    verbose_name = "Klausur's site"
