"""An S3 and a GCS over HTTP, in this process, which can be told to fail."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import obstore
from moto.server import DomainDispatcherApplication, create_backend_app
from obstore.store import GCSStore, ObjectStore, S3Store
from werkzeug.serving import make_server

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
logging.getLogger("werkzeug").setLevel(logging.ERROR)


@dataclass
class Store:
    """One bucket of its own. `fail` is how many of the next requests are answered with 503; `seen` are all of them."""

    url: str
    bucket: str
    state: Failing
    objects: ObjectStore
    kind: str = "s3"

    @property
    def uri(self) -> str:
        return f"{'gs' if self.kind == 'gcs' else 's3'}://{self.bucket}"

    def connection(self, name: str = "lake") -> dict[str, str]:
        """The file of a project."""
        text = f"TYPE s3\nS3_REGION us-east-1\nS3_ENDPOINT {self.url}\nS3_ACCESS_KEY key\nS3_SECRET secret\n"
        if self.kind == "gcs":
            text = f"TYPE gcs\nGCS_SERVICE_ACCOUNT_CREDENTIALS_JSON {service_account(self.url)}\n"
        return {f"connections/{name}.connection": text}

    def put(self, key: str, content: bytes | str) -> None:
        obstore.put(self.objects, key, content.encode() if isinstance(content, str) else content)

    def get(self, key: str) -> bytes:
        return bytes(obstore.get(self.objects, key).bytes())

    def names(self) -> list[str]:
        return sorted(str(each["path"]) for batch in obstore.list(self.objects) for each in batch)


def service_account(url: str) -> str:
    """What the emulator takes: nobody is asked who he is."""
    return json.dumps({"gcs_base_url": url, "disable_oauth": True, "client_email": "", "private_key": "",
                       "private_key_id": ""})  # fmt: skip


@dataclass
class Failing:
    app: Wsgi
    fail: int = 0
    only: str = ""
    """Only requests of this method fail."""
    seen: list[str] = field(default_factory=list)

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        self.seen.append(f"{method} {environ['PATH_INFO']}")
        if self.fail > 0 and self.only in ("", method):
            self.fail -= 1
            start("503 Slow Down", [("content-length", "0")])
            return [b""]
        return self.app(environ, start)


@contextmanager
def s3() -> Iterator[Store]:
    state = Failing(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", 0, state, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    url, bucket = f"http://127.0.0.1:{server.server_port}", f"bucket-{uuid4().hex[:8]}"
    try:
        _make_bucket(url, bucket)
        objects = S3Store(
            bucket, region="us-east-1", endpoint=url, access_key_id="key", secret_access_key="secret",
            client_options={"allow_http": True},
        )  # fmt: skip
        yield Store(url, bucket, state, objects)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _make_bucket(url: str, bucket: str) -> None:
    import httpx

    httpx.put(f"{url}/{bucket}", trust_env=False).raise_for_status()


@contextmanager
def gcs() -> Iterator[Store]:
    from gcp_storage_emulator.server import create_server

    server = create_server("127.0.0.1", 0, in_memory=True, default_bucket="bucket")
    server.start()
    try:
        port = server._api._server.server_port  # type: ignore[attr-defined]
        url = f"http://127.0.0.1:{port}"
        objects = GCSStore("bucket", service_account_key=service_account(url), client_options={"allow_http": True})
        yield Store(url, "bucket", Failing(lambda environ, start: []), objects, "gcs")
    finally:
        server.stop()
