"""moto answers every web page on the internet: it allows all origins, and a page could read and start jobs.

The setting is read from the environment when moto is imported; this works whenever it was.

Upstream: none found.
"""

from typing import Any

import moto.moto_server.werkzeug_app as app


def apply() -> None:
    """Send no CORS headers."""
    module: Any = app
    module.DISABLE_GLOBAL_CORS = True
