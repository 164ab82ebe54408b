"""The app as gunicorn serves it in the end-to-end tests: config.wsgi, and a copy of what goes in and out in folders."""

import os
from pathlib import Path

from config.wsgi import application as handover
from tests.e2e.recording import Recorder, listened_to

application = listened_to(
    handover, Recorder(Path(os.environ["RECORD_ANSWERS_IN"]), Path(os.environ["RECORD_SECRETS_IN"]))
)
