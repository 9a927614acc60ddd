"""The site as a server of WSGI runs it: the home is named by the environment variable KLAUSUR_HOME."""

import gc
import sys

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from klausur.web.start import from_environment

from_environment()

from django.conf import settings  # noqa: E402 - Django is ready now

from klausur.store import connections  # noqa: E402 - the same
from klausur.web import limits, logs  # noqa: E402 - the same

TURN = 0.0005
"""Seconds that a thread computes while another one waits to: who writes does so at each statement."""

if settings.KLAUSUR_HOME.json_log:
    logs.as_json()
connections.keep_files()
limits.share(settings.KLAUSUR_HOME.limits)
sys.setswitchinterval(TURN)
application = get_wsgi_application()
get_resolver().url_patterns  # noqa: B018 - all desks, now and not with the first request
gc.collect()
gc.freeze()  # what every request uses is not looked through for garbage: that took longer than a decision
