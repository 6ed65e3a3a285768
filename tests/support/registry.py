"""A real container registry on loopback (Debian's docker-registry), and images to put into it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.support.certificates import Identity
from tests.support.ports import free_port

PROGRAM = shutil.which("docker-registry") or shutil.which("registry")

INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"


@dataclass(frozen=True)
class Registry:
    """One that runs. Images are pushed by the API alone, without TLS and users: over the same storage."""

    host: str

    def image(
        self, name: str, *, tag: str = "", layers: tuple[bytes, ...] = (b"layer",), kind: str = MANIFEST, **config: Any
    ) -> str:
        """Push an image for one platform; returns its digest. What is None is left out of its configuration."""
        content = {"architecture": "arm64", "os": "linux", "created": "2026-11-01T00:00:00Z", **config}
        content = {key: value for key, value in content.items() if value is not None}
        manifest = {
            "schemaVersion": 2,
            "mediaType": kind,
            "config": self._blob(name, json.dumps(content).encode(), CONFIG),
            "layers": [self._blob(name, layer, LAYER) for layer in layers],
        }
        return self.put(name, manifest, tag)

    def put(self, name: str, manifest: dict[str, Any], tag: str = "") -> str:
        """Push a manifest or index; returns its digest."""
        body = json.dumps(manifest).encode()
        digest = "sha256:" + hashlib.sha256(body).hexdigest()
        self._send("PUT", f"/v2/{name}/manifests/{tag or digest}", body, manifest["mediaType"])
        return digest

    def index(self, name: str, tag: str, children: list[dict[str, Any]], kind: str = INDEX) -> str:
        """Push an image for several platforms."""
        manifests = [{"mediaType": MANIFEST, "size": 0, **child} for child in children]
        for child in manifests:
            body = self._send("GET", f"/v2/{name}/manifests/{child['digest']}", accept=child["mediaType"])
            child["size"] = len(body)
        return self.put(name, {"schemaVersion": 2, "mediaType": kind, "manifests": manifests}, tag)

    def _blob(self, name: str, content: bytes, kind: str) -> dict[str, Any]:
        digest = "sha256:" + hashlib.sha256(content).hexdigest()
        request = urllib.request.Request(f"http://{self.host}/v2/{name}/blobs/uploads/", method="POST", data=b"")
        with urllib.request.urlopen(request) as answer:
            place = answer.headers["Location"]
        self._send("PUT", f"{place}&digest={digest}", content, "application/octet-stream")
        return {"mediaType": kind, "digest": digest, "size": len(content)}

    def _send(self, method: str, place: str, body: bytes | None = None, kind: str = "", accept: str = "") -> bytes:
        url = place if place.startswith("http") else f"http://{self.host}{place}"
        headers = {name: value for name, value in (("Content-Type", kind), ("Accept", accept)) if value}
        with urllib.request.urlopen(
            urllib.request.Request(url, body, headers, method=method),
        ) as answer:
            content: bytes = answer.read()
            return content


@contextmanager
def start_registry(storage: Path, identity: Identity | None = None, **settings: Any) -> Iterator[Registry]:
    """Run one over this directory, with `identity` behind TLS; `settings` are further sections of its configuration."""
    if not PROGRAM:
        raise FileNotFoundError("docker-registry")
    host = f"127.0.0.1:{free_port()}"
    tls = {"tls": {"certificate": str(identity.certificate), "key": str(identity.key)}} if identity else {}
    http = {"addr": host, "secret": "of this test", **tls}
    configuration = storage.parent / f"{storage.name}-{host.rpartition(':')[2]}.yaml"
    file_storage = {"filesystem": {"rootdirectory": str(storage)}, "maintenance": {"uploadpurging": {"enabled": False}}}
    configuration.write_text(yaml.safe_dump({"version": "0.1", "storage": file_storage, "http": http, **settings}))
    log = configuration.with_suffix(".log")
    # Variables that begin so would be settings, podman's REGISTRY_AUTH_FILE among them.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("REGISTRY_")}
    with log.open("wb") as output:
        process = subprocess.Popen([PROGRAM, "serve", configuration], stdout=output, stderr=output, env=environment)
    try:
        _wait(f"{'https' if identity else 'http'}://{host}/v2/", process, log)
        yield Registry(host)
    finally:
        process.terminate()
        process.wait(10)


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except urllib.error.HTTPError as error:
            error.close()
        except urllib.error.URLError as error:
            if "certificate" not in str(error.reason).lower():
                time.sleep(0.05)
                continue
        return
    raise RuntimeError(f"The registry does not start:\n{log.read_text()}")
