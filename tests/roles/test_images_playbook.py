"""playbooks/images.yml with a real builder and a real registry: what a registry gets for each processor.

The Dockerfiles are the real ones, without the steps that run programs; a base says in /processor whose it is.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import platform
import re
import shutil
import ssl
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support import registry
from tests.support.certificates import Authority
from tests.support.playbooks import ROOT, Playbooks, Run
from tests.support.registry import INDEX, MANIFEST, Registry, start_registry

PROCESSORS = {"x86_64": "amd64", "aarch64": "arm64"}
BUILDAH = shutil.which("buildah") if os.geteuid() == 0 else None

pytestmark = pytest.mark.skipif(
    registry.PROGRAM is None or BUILDAH is None,
    reason="!! SKIPPED: building images. It needs root, and: apt-get install buildah docker-registry",
)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.create(tmp_path_factory.mktemp("ca") / "authority")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, authority: Authority) -> Iterator[Registry]:
    """A registry behind TLS, whose image `base` is there for both processors."""
    directory = tmp_path_factory.mktemp("registry")
    with start_registry(directory / "storage") as running:
        children = [_child(running, processor) for processor in PROCESSORS.values()]
        running.index("base", "1", children, INDEX)
    identity = authority.issue("registry", directory / "identity")
    with start_registry(directory / "storage", identity) as running:
        yield running


def _child(running: Registry, processor: str) -> dict[str, Any]:
    layer = io.BytesIO()
    with tarfile.open(fileobj=layer, mode="w") as tar:
        entry = tarfile.TarInfo("processor")
        entry.size = len(processor)
        tar.addfile(entry, io.BytesIO(processor.encode()))
    rootfs = {"type": "layers", "diff_ids": ["sha256:" + hashlib.sha256(layer.getvalue()).hexdigest()]}
    config = {"architecture": processor, "rootfs": rootfs, "history": [{"created_by": "this test"}]}
    digest = running.image("base", layers=(gzip.compress(layer.getvalue()),), **config)
    return {"digest": digest, "platform": {"os": "linux", "architecture": processor}}


@dataclass(kw_only=True)
class Images(Playbooks):
    """Builds one image out of a directory, and reads it in the registry."""

    context: Path
    host: str
    authority: Path

    def build(self, source: str) -> Run:
        (self.context / "source").write_text(source)
        return self.play("playbooks/images.yml")

    def files(self) -> list[tuple[str, dict[str, str]]]:
        """The processors that the image is for, sorted, each with its files."""
        tls = ssl.create_default_context(cafile=self.authority)
        with httpx.Client(base_url=f"https://{self.host}/v2/todo/tiny/", verify=tls) as client:
            index = client.get("manifests/1", headers={"Accept": INDEX}).json()
            entries = sorted(index["manifests"], key=lambda entry: entry["platform"]["architecture"])
            return [
                (entry["platform"]["architecture"], dict(self._content(client, entry["digest"]))) for entry in entries
            ]

    def _content(self, client: httpx.Client, digest: str) -> Iterator[tuple[str, str]]:
        for layer in client.get(f"manifests/{digest}", headers={"Accept": MANIFEST}).json()["layers"]:
            packed = io.BytesIO(client.get(f"blobs/{layer['digest']}").content)
            with tarfile.open(fileobj=packed) as tar:
                for entry in tar:
                    if file := tar.extractfile(entry):
                        yield entry.name, file.read().decode()


def _without_programs(dockerfile: str) -> str:
    """Its stages, with the first one's processor copied into the last one, and the source."""
    stages = re.findall(r"^(?:ARG BASE=|FROM ).*$", dockerfile, re.MULTILINE)
    [first, *_] = re.findall(r"^FROM .* AS (\w+)$", dockerfile, re.MULTILINE)
    return "\n".join([*stages, f"COPY --from={first} /processor /built-on", "COPY source /source", ""])


@pytest.fixture
def images(request: pytest.FixtureRequest, tmp_path: Path, store: Registry, authority: Authority) -> Images:
    context = tmp_path / "tiny"
    context.mkdir()
    (context / "Dockerfile").write_text(_without_programs((ROOT / getattr(request, "param", "Dockerfile")).read_text()))
    where = os.path.relpath(context, ROOT)
    tiny = {"name": "tiny", "context": where, "base": "any", "sources": ["Dockerfile", "source"]}
    variables = {
        "images_builder": "buildah",
        "images_builder_options": [
            "--storage-driver=vfs",
            f"--root={tmp_path / 'storage'}",
            f"--runroot={tmp_path / 'run'}",
        ],
        "images_build_options": ["--isolation=chroot"],
        "images_output": "push",
        "images_registry": f"{store.host}/todo",
        "images_tag": "1",
        "images_platforms": [f"linux/{processor}" for processor in PROCESSORS.values()],
        "images_base": {"any": f"{store.host}/base:1"},
        "images": [tiny],
        "images_directory": str(tmp_path / "images"),
        "todochat_cache_dir": str(tmp_path / "cache"),
    }
    environment = {"SSL_CERT_FILE": str(authority.certificate), "SSL_CERT_DIR": "/nonexistent"}
    return Images(
        inventory="minikube",
        variables=variables,
        environment=environment,
        context=context,
        host=store.host,
        authority=authority.certificate,
    )


@pytest.mark.parametrize("images", ["Dockerfile", "frontend/Dockerfile"], indirect=True)
def test_each_processor_gets_its_own_and_what_is_there_is_not_built_again(images: Images) -> None:
    def expected(source: str) -> list[tuple[str, dict[str, str]]]:
        here = PROCESSORS[platform.machine()]
        return [(it, {"processor": it, "built-on": here, "source": source}) for it in sorted(PROCESSORS.values())]

    images.build("one")
    assert images.files() == expected("one")
    assert images.build("one").changed == 0

    images.build("two")
    assert images.files() == expected("two")


def test_a_list_that_could_not_be_pushed_is_no_part_of_the_next(images: Images) -> None:
    trusted = images.environment
    (images.context / "source").write_text("one")
    images.environment = trusted | {"SSL_CERT_FILE": "/nonexistent"}
    images.variables["images_build_options"] = [*images.variables["images_build_options"], "--tls-verify=false"]
    assert images.play("playbooks/images.yml", check=False).code != 0

    images.environment = trusted
    images.build("two")

    assert [files["source"] for _, files in images.files()] == ["two"] * len(PROCESSORS)
