"""What gunicorn and the flask command load."""

import gc
import sys

gc.disable()  # nothing of what is loaded now becomes garbage: looking through it again and again is a sixth of the start

from app import create_app  # noqa: E402
from app.config import BadSetting  # noqa: E402
from app.infra.db import UnsafeDatabase  # noqa: E402

try:
    app = create_app()
except (BadSetting, UnsafeDatabase) as problem:
    sys.exit(f"Folkmoot did not start. {problem}")
gc.freeze()
gc.enable()
