"""Python's sockets reach this machine only. Loaded by the interpreter itself, from PYTHONPATH."""

import socket

_connect, _connect_ex = socket.socket.connect, socket.socket.connect_ex


def _here(sock, address):
    host = address[0] if isinstance(address, tuple) else "localhost"
    if str(host) not in ("127.0.0.1", "::1", "localhost"):
        raise PermissionError(f"a client wants to connect to {address}")


def connect(self, address):
    _here(self, address)
    return _connect(self, address)


def connect_ex(self, address):
    _here(self, address)
    return _connect_ex(self, address)


_getaddrinfo = socket.getaddrinfo


def getaddrinfo(host, *arguments, **more):
    if host not in (None, "127.0.0.1", "::1", "localhost", b"127.0.0.1", b"localhost"):
        raise socket.gaierror(f"a client asks for the address of {host}")
    return _getaddrinfo(host, *arguments, **more)


socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo = connect, connect_ex, getaddrinfo
