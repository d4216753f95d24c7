"""What gunicorn serves."""

import os
from pathlib import Path

from django.core.wsgi import get_wsgi_application

from commongrid.site import env, metrics

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commongrid.site.settings")
metrics.begin(Path(env.read("COMMONGRID_HOME")).resolve(), os.environ)
application = get_wsgi_application()
