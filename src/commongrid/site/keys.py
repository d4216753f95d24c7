"""Keys of an installation: given by the environment, or made once and kept in a closed folder."""

import base64
import os
import secrets
from collections.abc import Callable
from pathlib import Path

KEY_BYTES = 32
FOLDER_MODE = 0o700
FILE_MODE = 0o600
OFFICE_KEY_BITS = 3072


def new_key() -> str:
    """Make a fresh key in the URL-safe base64 form that Fernet also takes."""
    return base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode("ascii")


def new_office_key() -> str:
    """Make the private key that opens what a phone exported: RSA, PKCS 8, DER in base64."""
    from cryptography.hazmat.primitives import serialization  # made once in a house's life
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=OFFICE_KEY_BITS)
    plain = key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),  # the folder is closed, as for the other keys
    )
    return base64.b64encode(plain).decode("ascii")


def read_or_make_key(folder: Path, name: str, make: Callable[[], str] = new_key) -> str:
    """Return the key kept as `folder/name`, making it on the first start.

    Two processes may start at once: the key is written aside and then linked into
    place, so both end with the same one and none reads half of it.

    Raises: PermissionError when other users of the machine could read the file.
    """
    path = folder / name
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=FOLDER_MODE)
        aside = folder / f".{name}.{os.getpid()}.{secrets.token_hex(4)}"
        handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(make() + "\n")
        try:
            os.link(aside, path)
        except FileExistsError:
            pass  # another process was first; its key is the key
        finally:
            aside.unlink()
    if path.stat().st_mode & 0o077:
        message = f"{path} can be read by others; run: chmod 600 {path}"
        raise PermissionError(message)
    return path.read_text(encoding="ascii").strip()
