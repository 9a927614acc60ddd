"""Addresses of learning platforms: those that they call, those of the administrator, those of an exam."""

from django.urls import path

from klausur.web.lti import coming, courses, platforms

urlpatterns = [
    path("login/", coming.login, name="lti-login"),
    path("launch/", coming.launch, name="lti-launch"),
    path("launched/<uuid:launch>/", coming.launched, name="lti-launched"),
    path("launched/<uuid:launch>/tie/", coming.tie, name="lti-tie"),
    path("keys/", coming.keys, name="lti-keys"),
]

SITE = [
    path("", platforms.platforms, name="site-platforms"),
    path("key/", platforms.key, name="site-platforms-key"),
    path("<int:platform>/", platforms.platform_, name="site-platform"),
]

EXAM = [
    path("", courses.courses, name="results-courses"),
    path("send/", courses.send, name="results-courses-send"),
    path("untie/", courses.untie, name="results-courses-untie"),
]
