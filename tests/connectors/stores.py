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

import httpx
import obstore
from moto.server import DomainDispatcherApplication, create_backend_app
from obstore.store import GCSStore, ObjectStore, S3Store
from werkzeug.serving import make_server

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
_SIGNED = "AWS4-HMAC-SHA256 Credential=key/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=x"
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
    """Of a store that asks nobody who he is."""
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
        if not environ.get("HTTP_AUTHORIZATION", "").startswith("AWS4"):
            environ["HTTP_AUTHORIZATION"] = _SIGNED
        if self.fail > 0 and self.only in ("", method):
            self.fail -= 1
            start("503 Slow Down", [("content-length", "0")])
            return [b""]
        return self.app(environ, start)


@contextmanager
def s3() -> Iterator[Store]:
    with _server() as (url, bucket, state):
        objects = S3Store(
            bucket, region="us-east-1", endpoint=url, access_key_id="key", secret_access_key="secret",
            client_options={"allow_http": True},
        )  # fmt: skip
        yield Store(url, bucket, state, objects)


@contextmanager
def gcs() -> Iterator[Store]:
    """GCS has S3's XML for objects, and its client is sent to the same server: all but who one is is real."""
    with _server() as (url, bucket, state):
        options: Any = {"allow_http": True}
        yield Store(
            url,
            bucket,
            state,
            GCSStore(bucket, service_account_key=service_account(url), client_options=options),
            "gcs",
        )


@contextmanager
def _server() -> Iterator[tuple[str, str, Failing]]:
    """With the name of a bucket of its own."""
    state = Failing(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", 0, state, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    url, bucket = f"http://127.0.0.1:{server.server_port}", f"bucket{uuid4().hex[:8]}"
    try:
        httpx.put(f"{url}/{bucket}", trust_env=False).raise_for_status()
        yield url, bucket, state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
