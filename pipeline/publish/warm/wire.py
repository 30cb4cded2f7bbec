"""Messages between an owner and its fork server: length, JSON, and file descriptors with the first byte."""

from __future__ import annotations

import json
import socket
import struct
import sys
from typing import Any

_HEADER = struct.Struct(">I")
_LARGEST_BYTES = 16 * 1024 * 1024
_MOST_DESCRIPTORS = 8
_XUCRED_BYTES = 76  # struct xucred of macOS: version, uid, ...
_LOCAL_PEERCRED = 0x001


class Hangup(ConnectionError):
    """The other side closed the connection."""


def send_message(
    connection: socket.socket, message: dict[str, Any], descriptors: tuple[int, ...] = ()
) -> None:
    """Send one message; `descriptors` are duplicated into the receiving process."""
    body = json.dumps(message).encode()
    frame = _HEADER.pack(len(body)) + body
    sent = socket.send_fds(connection, [frame], list(descriptors)) if descriptors else 0
    connection.sendall(frame[sent:])


def receive_message(connection: socket.socket) -> tuple[dict[str, Any], list[int]]:
    """Receive one message and the descriptors that came with it.

    Raises:
        Hangup: the other side closed, before or within a message.
    """
    start, descriptors, _, _ = socket.recv_fds(connection, _HEADER.size, _MOST_DESCRIPTORS)
    header = start + _receive_exactly(connection, _HEADER.size - len(start)) if start else b""
    if not header:
        raise Hangup("closed")
    (length,) = _HEADER.unpack(header)
    if length > _LARGEST_BYTES:
        raise Hangup(f"a message of {length} bytes is not one of ours")
    message: dict[str, Any] = json.loads(_receive_exactly(connection, length))
    return message, descriptors


def peer_user_id(connection: socket.socket) -> int:
    """User id of the process at the other end, as the kernel of the operating system vouches for it."""
    if sys.platform == "darwin":
        credentials = connection.getsockopt(0, _LOCAL_PEERCRED, _XUCRED_BYTES)
        return int(struct.unpack_from("II", credentials)[1])
    credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    return int(struct.unpack("3i", credentials)[1])


def _receive_exactly(connection: socket.socket, count: int) -> bytes:
    parts = bytearray()
    while len(parts) < count:
        part = connection.recv(count - len(parts))
        if not part:
            raise Hangup("closed within a message")
        parts += part
    return bytes(parts)
