"""``python -m klausur.web.api``: the OpenAPI document, as docs/reference/openapi.json has it."""

import json
import sys
import tempfile
from pathlib import Path

from klausur.site.home import Home
from klausur.web import start

with tempfile.TemporaryDirectory() as place:
    home = Home(Path(place))
    home.files.mkdir()
    start.start(home)
    from klausur.web.api.document import document

    sys.stdout.write(json.dumps(document(), indent=1) + "\n")
