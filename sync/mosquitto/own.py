"""A broker of our own, as the settings of this machine want it: the central's, or that of a kiosk alone."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Final

from config.settings import Settings
from sharing.errors import BadValue
from sharing.journal.ids import Randomness
from sync.broker import Broker
from sync.mosquitto.broker_files import Listen, Tls
from sync.mosquitto.ports import kept_port

CREDENTIALS: Final = "broker"
"""The folder of the broker's files, in the data folder."""


def own_broker(settings: Settings, data: Path, randomness: Randomness) -> Broker:
    """Prepare it; it is not started yet.

    Raises:
        BadValue: a certificate is missing.
        TlsMissing: it would listen to the network without TLS.
    """
    told = settings.broker
    tls: Tls | None = None
    if told.tls:
        shown_certificate(settings)
        if not Path(told.key).is_file():
            raise BadValue(field="broker.key", value=told.key, expected="a PEM file")
        authority = Path(told.ca or told.certificate)
        tls = Tls(certificate=Path(told.certificate), key=Path(told.key), ca=authority)
    listen = Listen(bind=told.bind, port=told.port or kept_port(data), tls=tls)
    return Broker(data / CREDENTIALS, listen=listen, randomness=randomness)


def shown_certificate(settings: Settings) -> bytes:
    """Read the certificate that our broker shows (the first one in its file), as DER.

    Raises:
        BadValue: there is none.
    """
    path = settings.broker.certificate
    try:
        text = Path(path).read_text("ascii")
        end = "-----END CERTIFICATE-----"
        return ssl.PEM_cert_to_DER_cert(text[text.index("-----BEGIN") : text.index(end) + len(end)])
    except (OSError, ValueError) as error:
        raise BadValue(field="broker.certificate", value=path, expected="a PEM file") from error
