"""The site as a server of WSGI runs it: the home is named by the environment variable KLAUSUR_HOME."""

from django.core.wsgi import get_wsgi_application

from klausur.web.start import from_environment

from_environment()

from klausur.store import connections  # noqa: E402 - Django is ready now

connections.keep_files()
application = get_wsgi_application()
