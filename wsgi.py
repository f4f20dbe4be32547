"""What gunicorn and the flask command load."""

import sys

from app import create_app
from app.config import BadSetting
from app.infra.db import UnsafeDatabase

try:
    app = create_app()
except (BadSetting, UnsafeDatabase) as problem:
    sys.exit(f"Folkmoot did not start. {problem}")
