"""A new machine's first word with its central: a one-time code for everything that it needs to belong."""

from __future__ import annotations

import hashlib
import socket
import ssl
import threading
from collections.abc import Sequence
from typing import Final

import msgspec

from sharing.errors import (
    CertificateDiffers,
    CodeExpired,
    CodeUsed,
    CodeWrong,
    HouseDiffers,
    LoginRefused,
    TeilhausError,
    Unreachable,
)
from sharing.journal.clock import Clock
from sync.enrolling.invitation import Invitation, new_code
from sync.events import Connected, Effect, Event, Received, Send
from sync.line import worker
from sync.line.endpoint import Endpoint, Trust, Whose, is_loopback
from sync.mqtt import Line, Pace
from sync.protocol import BadFrame, Enrol, Enrolled, Refused, decode, encode
from sync.topics import JOINING_HOUSE, joining

PATIENCE_S: Final = 20
"""How long to wait for a broker and its central."""
REFUSED_S: Final = 4
"""So long a code that was just made may not be known to the broker yet."""
_HURRY: Final = Pace(first=0.2, longest=1, refused=1, answer=5)
_REASONS: Final[dict[str, type[TeilhausError]]] = {
    "code_used": CodeUsed,
    "code_expired": CodeExpired,
    "code_wrong": CodeWrong,
}


class Own(msgspec.Struct, frozen=True):
    """What this machine brings along if it has a house already."""

    house: str = ""
    card_key: str = ""


class _Asking:
    """Asks as soon as it is connected, and waits for the one answer."""

    def __init__(self, node: str, own: Own, done: threading.Event) -> None:
        self._node, self._own, self._done = node, own, done
        self.connected = False
        self.answer: Enrolled | Refused | None = None

    def step(self, event: Event) -> Sequence[Effect]:
        if isinstance(event, Connected):
            self.connected = True
            frame = Enrol(node=self._node, house=self._own.house, card_key=self._own.card_key)
            return [Send("up", joining(self._node), encode(frame))]
        if isinstance(event, Received) and event.channel == "down" and self.answer is None:
            self._take(event.payload)
        return []

    def _take(self, payload: bytes) -> None:
        try:
            frame = decode(payload)
        except BadFrame:
            return
        if isinstance(frame, Enrolled | Refused):
            self.answer = frame
            self._done.set()


def join(
    invitation: Invitation, clock: Clock, *, own: Own | None = None, ca: str = "",
    patience_s: float = PATIENCE_S,
) -> Enrolled:  # fmt: skip
    """Ask to be let in.

    Args:
        invitation: where, as whom, and the code.
        clock: the machine's.
        own: the house that this machine has already.
        ca: certificates (PEM) to trust, if they are known already.
        patience_s: seconds until nobody answers.

    Raises:
        CodeWrong, CodeUsed, CodeExpired, HouseDiffers: the central says no.
        Unreachable: nobody answers; with `reason` "central" a broker does, and no central behind it.
        CertificateDiffers, Network: somebody else answers, or not as it should.
    """
    brings = own or Own()
    endpoint = _endpoint(invitation, ca)
    done = threading.Event()
    asking = _Asking(invitation.node, brings, done)
    whose = Whose(house=JOINING_HOUSE, node=joining(invitation.node))
    line = Line(endpoint, whose, epoch=1, clock=clock, pace=_HURRY)
    line.start()
    watch = threading.Thread(target=_watch, args=(line, done, patience_s), daemon=True)
    watch.start()
    try:
        worker.run(asking, line, done)
    finally:
        done.set()
        watch.join()
        trouble = line.status().trouble
        line.stop()
    return _answered(asking, invitation, brings, trouble)


def _watch(line: Line, done: threading.Event, patience_s: float) -> None:
    """End the wait when it lasted too long, or when trying again helps nothing."""
    left = patience_s
    while left > 0 and not done.wait(0.1):
        left -= 0.1
        trouble = line.status().trouble
        may_change = isinstance(trouble, Unreachable) or (
            isinstance(trouble, LoginRefused) and patience_s - left < REFUSED_S
        )
        if trouble is not None and not may_change:
            break
    done.set()
    line.poke()


def _answered(asking: _Asking, invitation: Invitation, own: Own, trouble: TeilhausError | None) -> Enrolled:
    host, port, node = invitation.host, invitation.port, invitation.node
    if isinstance(asking.answer, Enrolled):
        return asking.answer
    if asking.answer is not None:
        reason = asking.answer.reason
        if reason == "house_differs":
            raise HouseDiffers(house=own.house, other="")
        raise _REASONS.get(reason, CodeWrong)(host=host, node=node)
    if isinstance(trouble, LoginRefused):
        raise CodeWrong(host=host, node=node)
    if trouble is not None and not asking.connected:
        raise trouble
    raise Unreachable(host=host, port=port, reason="central" if asking.connected else "")


def _endpoint(invitation: Invitation, ca: str) -> Endpoint:
    trust: Trust | None = None
    if invitation.pin:
        trust = Trust(ca=_pinned(invitation))
    elif invitation.tls or ca:
        trust = Trust(ca=ca)
    return Endpoint(
        host=invitation.host,
        port=invitation.port,
        user=joining(invitation.node),
        password=invitation.code,
        trust=trust,
        plain_allowed=is_loopback(invitation.host),
    )


def _pinned(invitation: Invitation) -> str:
    """Fetch the certificate that the invitation was made with; another one is not spoken to.

    Raises:
        CertificateDiffers: another one is shown.
        Unreachable: nobody answers.
    """
    host, port = invitation.host, invitation.port
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = (
        ssl.CERT_NONE
    )  # only looked at here: what is shown must have the digest we were told
    try:
        with (
            socket.create_connection((host, port), timeout=10) as plain,
            context.wrap_socket(plain, server_hostname=host) as line,
        ):
            shown = line.getpeercert(binary_form=True) or b""
    except OSError as error:
        raise Unreachable(host=host, port=port, reason=str(error)) from error
    if pin_of(shown) != invitation.pin:
        raise CertificateDiffers(host=host)
    return ssl.DER_cert_to_PEM_cert(shown)


def pin_of(certificate: bytes) -> str:
    """Give the code over a certificate (DER), to be typed like a one-time code: 75 bits of its SHA-256."""
    return new_code(hashlib.sha256(certificate).digest())
