"""gunicorn's access log, as far as we keep one."""

from typing import Any

from gunicorn.glogging import Logger

from commongrid.site.logs import mask_path


class AccessLog(Logger):  # type: ignore[misc]
    """gunicorn's access log with masked paths and without addresses of people."""

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
