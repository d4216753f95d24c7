"""gunicorn's logs, as far as we keep them."""

from typing import Any

from gunicorn.glogging import Logger

from commongrid.site import env
from commongrid.site.logs import Json, mask_path


class AccessLog(Logger):  # type: ignore[misc]
    """gunicorn's access log with masked paths and without addresses of people."""

    def setup(self, cfg: Any) -> None:
        """As gunicorn does; with JSON lines its own lines are such too."""
        super().setup(cfg)
        self.is_json = env.read("COMMONGRID_LOG_FORMAT") == "json"
        if self.is_json:
            for handler in self.error_log.handlers:
                handler.setFormatter(Json())

    def access(self, resp: Any, req: Any, environ: Any, request_time: Any) -> None:
        """One line a request, unless the requests' own JSON lines say it already."""
        if not self.is_json:
            super().access(resp, req, environ, request_time)

    def atoms(self, resp: Any, req: Any, environ: Any, request_time: Any) -> dict[str, Any]:
        """Give gunicorn the values of one line."""
        atoms: dict[str, Any] = super().atoms(resp, req, environ, request_time)
        path = mask_path(str(environ.get("PATH_INFO", "")))
        atoms.update(
            {
                "h": "-",
                "f": "-",
                "q": "",
                "U": path,
                "r": f"{environ.get('REQUEST_METHOD', '-')} {path}",
            }
        )
        return atoms
