# SPDX-License-Identifier: Apache-2.0
"""Reads images of container registries, by the API that all of them have (OCI distribution specification 1.1)."""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import os
import re
import ssl
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import Any

_INDEXES = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
)
_MANIFESTS = (
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
# What registries answer is a few kilobytes; the specification lets them refuse more than 4 MiB.
_LARGEST_ANSWER = 4 * 1024 * 1024
_ATTEMPTS = 4
_LONGEST_PAUSE = 10.0  # seconds

_REFERENCE = re.compile(
    r"(?P<host>[A-Za-z0-9.-]+(:\d+)?|\[[0-9A-Fa-f:]+\](:\d+)?)"
    r"/(?P<name>[a-z0-9]+([._/-]+[a-z0-9]+)*)"
    r"(:(?P<tag>\w[\w.-]{0,127}))?"
    r"(@(?P<digest>sha256:[0-9a-f]{64}))?",
    re.ASCII,
)

Json = dict[str, Any]


class RegistryError(Exception):
    """Something that the operator can read and act upon."""


class NotFound(RegistryError):
    """The registry answers, but has no such image."""


@dataclass(frozen=True)
class Reference:
    """An image's name in full: where it is, what it is called and which one of that name."""

    host: str
    name: str
    tag: str
    digest: str

    @classmethod
    def parse(cls, text: str) -> Reference:
        match = _REFERENCE.fullmatch(text)
        # The same rule as Docker's: without one of these the first part is not a host but a part of the name.
        if not match or not (set(".:[") & set(match["host"]) or match["host"] == "localhost"):
            raise RegistryError(
                f"{text!r} is not an image's full name. It has its registry and a tag or digest, "
                "for example docker.io/library/postgres:18."
            )
        tag = match["tag"] or ("" if match["digest"] else "latest")
        return cls(match["host"], match["name"], tag, match["digest"] or "")

    @property
    def selector(self) -> str:
        """What to ask the registry for; a digest is stricter than a tag."""
        return self.digest or self.tag


@dataclass(frozen=True)
class Access:
    """How registries are reached; without a user as whoever docker or podman has logged in."""

    username: str | None = None
    password: str | None = None
    insecure: bool = False
    ca_file: str | None = None
    timeout: float = 20  # seconds, for each request


def logged_in(host: str) -> tuple[str, str] | None:
    """User and password that `docker login` or `podman login` keeps in its file; credential helpers are not asked."""
    docker = Path(os.environ.get("DOCKER_CONFIG", "~/.docker"), "config.json").expanduser()
    podman = Path(os.environ.get("XDG_RUNTIME_DIR", "/run"), "containers/auth.json")
    for file in (Path(os.environ.get("REGISTRY_AUTH_FILE", docker)), docker, podman):
        try:
            known = json.loads(file.read_text())["auths"][host]["auth"]
            user, _, password = base64.b64decode(known).decode().partition(":")
        except (OSError, ValueError, LookupError, TypeError):
            continue
        return user, password
    return None


def look_at_all(images: Iterable[str], access: Access) -> dict[str, Json | RegistryError]:
    """What each image is, or what is wrong with it; NotFound when there is none."""
    with ThreadPoolExecutor(max_workers=8) as pool:
        looks = {image: pool.submit(_look_or_error, image, access) for image in images}
        return {image: answer.result() for image, answer in looks.items()}


def _look_or_error(image: str, access: Access) -> Json | RegistryError:
    try:
        return look(Reference.parse(image), access)
    except RegistryError as error:
        return error


def look(reference: Reference, access: Access) -> Json:
    """The image's digest, and for each platform its own digest, size and age."""
    repository = Repository(reference, access)
    digest, top = repository.manifest(reference.selector)
    if top.get("mediaType") in _INDEXES or "manifests" in top:
        platforms = [
            repository.platform(child["digest"]) for child in top.get("manifests", []) if not _is_attestation(child)
        ]
    else:
        platforms = [repository.platform(digest, top)]
    return {
        "digest": digest,
        "created": max((platform["created"] for platform in platforms), default=""),
        "architectures": sorted({platform["architecture"] for platform in platforms if platform["os"] == "linux"}),
        "platforms": platforms,
    }


def _is_attestation(descriptor: Json) -> bool:
    """Whether an index's entry says how an image was built instead of being one."""
    return "vnd.docker.reference.type" in descriptor.get("annotations", {}) or (
        descriptor.get("platform", {}).get("architecture") == "unknown"
    )


class Repository:
    """The images of one name. Not for several threads."""

    def __init__(self, reference: Reference, access: Access) -> None:
        # Docker Hub's API has another host than its images' names.
        host = "registry-1.docker.io" if reference.host == "docker.io" else reference.host
        self._url = f"{'http' if access.insecure else 'https'}://{host}/v2/{reference.name}"
        self._host = reference.host
        self._name = reference.name
        self._access = access
        self._user, self._password = (
            (access.username, access.password or "") if access.username else logged_in(reference.host) or ("", "")
        )
        self._authorization = ""
        self._opener = _opener(access)

    def manifest(self, selector: str) -> tuple[str, Json]:
        """A manifest or index with its digest, by tag or digest."""
        body, headers = self._get(f"manifests/{selector}", ", ".join(_INDEXES + _MANIFESTS))
        computed = "sha256:" + hashlib.sha256(body).hexdigest()
        stated = headers.get("Docker-Content-Digest", computed)
        wanted = selector if selector.startswith("sha256:") else stated
        if wanted.startswith("sha256:") and wanted != computed:
            raise RegistryError(f"{self._host} sends a manifest of {computed} as {wanted}: it is broken on its way.")
        return stated, _as_object(body, f"{self._host}'s manifest")

    def platform(self, digest: str, manifest: Json | None = None) -> Json:
        """One image for one platform."""
        if manifest is None:
            _, manifest = self.manifest(digest)
        if "config" not in manifest or "layers" not in manifest:
            raise RegistryError(f"{digest} is no image: it has no configuration or no layers.")
        body, _ = self._get(f"blobs/{manifest['config']['digest']}", "*/*")
        config = _as_object(body, "the configuration of the image")
        if "architecture" not in config:
            raise RegistryError(f"{digest} is no image but {manifest['config'].get('mediaType', 'something else')}.")
        return {
            "os": config.get("os", ""),
            "architecture": config["architecture"],
            "variant": config.get("variant", ""),
            "digest": digest,
            "size": sum(layer["size"] for layer in manifest["layers"]),
            "created": config.get("created", ""),
        }

    def _get(self, path: str, accept: str) -> tuple[bytes, Message]:
        url = f"{self._url}/{path}"
        try:
            return self._ask(url, self._authorization, accept)
        except urllib.error.HTTPError as error:
            if error.code != 401 or self._authorization:
                raise self._explained(error) from None
            error.close()
            self._authorization = self._authorize(error.headers)
        try:
            return self._ask(url, self._authorization, accept)
        except urllib.error.HTTPError as error:
            raise self._explained(error) from None

    def _authorize(self, headers: Message) -> str:
        """The header that the registry asks for: https://distribution.github.io/distribution/spec/auth/token/"""
        challenges = dict(parse_challenge(value) for value in headers.get_all("WWW-Authenticate", []))
        login = base64.b64encode(f"{self._user}:{self._password}".encode()).decode()
        basic = f"Basic {login}" if self._user else ""
        if "bearer" not in challenges:
            if "basic" in challenges and basic:
                return basic
            raise RegistryError(self._refusal)
        challenge = challenges["bearer"]
        realm = challenge.get("realm", "")
        if not realm.startswith(("https://", "http://") if self._access.insecure else "https://"):
            raise RegistryError(f"{self._host} wants its password sent to {realm!r}, which is not protected by TLS.")
        # Oracle's registry leaves the scope empty.
        scope = challenge.get("scope") or f"repository:{self._name}:pull"
        query = {"service": challenge.get("service", ""), "scope": scope}
        question = f"{realm}{'&' if '?' in realm else '?'}{urllib.parse.urlencode(query)}"
        try:
            body, _ = self._ask(question, basic, "application/json")
        except urllib.error.HTTPError as error:
            raise self._explained(error) from None
        answer = _as_object(body, f"the token of {self._host}")
        token = answer.get("token") or answer.get("access_token")
        if not token:
            raise RegistryError(f"{self._host} gives no token.")
        return f"Bearer {token}"

    def _ask(self, url: str, authorization: str, accept: str) -> tuple[bytes, Message]:
        """Raises HTTPError for what the registry refuses and RegistryError when it cannot be reached."""
        headers = {"Accept": accept, "User-Agent": "todochat.platform"}
        request = urllib.request.Request(url, headers=headers)  # noqa: S310 - only http: and https: get here
        if authorization:
            # Blobs are often elsewhere, and what they are redirected to must not learn the token.
            request.add_unredirected_header("Authorization", authorization)
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                with self._opener.open(request, timeout=self._access.timeout) as answer:
                    body: bytes = answer.read(_LARGEST_ANSWER + 1)
                    if len(body) > _LARGEST_ANSWER:
                        raise RegistryError(f"{url} is too large for a manifest or configuration.")
                    return body, answer.headers
            except urllib.error.HTTPError as error:
                if attempt == _ATTEMPTS or (error.code != 429 and error.code < 500):
                    raise
                error.close()
                pause = _retry_after(error.headers) or 2.0 ** (attempt - 1)
            except (OSError, http.client.HTTPException) as error:
                reason = getattr(error, "reason", error)
                if isinstance(reason, ssl.SSLCertVerificationError):
                    raise RegistryError(_UNTRUSTED.format(host=self._host, why=reason.verify_message)) from None
                if attempt == _ATTEMPTS:
                    hint = " Does it have TLS?" if isinstance(reason, ssl.SSLError) else ""
                    raise RegistryError(f"{self._host} does not answer: {reason}.{hint}") from None
                pause = 0.5 * attempt
            time.sleep(min(pause, _LONGEST_PAUSE))
        raise AssertionError("the last attempt returns or raises")

    @property
    def _refusal(self) -> str:
        if self._user:
            return (
                f"{self._host} does not accept the user {self._user} for {self._name}. Oracle's registry "
                "takes <namespace>/<user>, with an auth token as the password."
            )
        return (
            f"{self._host} shows {self._name} to known users only: log in with docker or podman, "
            "or set username and password."
        )

    def _explained(self, error: urllib.error.HTTPError) -> RegistryError:
        with error:
            text = error.read(300).decode(errors="replace").strip()
        if error.code in (401, 403):
            return RegistryError(self._refusal)
        if error.code == 404:
            return NotFound(f"{self._host} has no such image, or hides it from this user.")
        if error.code == 429:
            return RegistryError(f"{self._host} answers that there are too many requests; try again in some minutes.")
        return RegistryError(f"{self._host} answers {error.code} {error.reason}: {text}".rstrip(": "))


_UNTRUSTED = "The certificate of {host} is not trusted: {why}. Its authority's file is ca_file."


def _opener(access: Access) -> urllib.request.OpenerDirector:
    """Proxies are those of the environment: registries are on the internet."""
    try:
        context = ssl.create_default_context(cafile=access.ca_file)
    except OSError as error:
        raise RegistryError(f"{access.ca_file} is not the certificate of an authority: {error}") from None
    return urllib.request.build_opener(urllib.request.HTTPSHandler(context=context))


def parse_challenge(header: str) -> tuple[str, dict[str, str]]:
    """The scheme, in small letters, and the parameters of a WWW-Authenticate header (RFC 9110, 11.6.1)."""
    scheme, _, rest = header.strip().partition(" ")
    parameters = re.findall(r'(\w+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))', rest)
    return scheme.lower(), {name.lower(): re.sub(r"\\(.)", r"\1", quoted) or bare for name, quoted, bare in parameters}


def _retry_after(headers: Message) -> float:
    text = headers.get("Retry-After", "")
    return float(text) if text.isdigit() else 0


def _as_object(body: bytes, what: str) -> Json:
    try:
        value = json.loads(body)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise RegistryError(f"{what} is not JSON. Is it a registry?")
    return value


def problems(
    found: Mapping[str, Json | RegistryError], architectures: Iterable[str], missing_ok: bool
) -> tuple[list[str], list[str]]:
    """What is wrong, a line for each image: what could not be asked, and what would have to be built."""
    failed, lacking = [], []
    for image, what in found.items():
        if isinstance(what, NotFound):
            if not missing_ok:
                lacking.append(f"{image}: {what}")
        elif isinstance(what, RegistryError):
            failed.append(f"{image}: {what}")
        elif lacks := sorted(set(architectures) - set(what["architectures"])):
            has = ", ".join(what["architectures"]) or "no Linux"
            lacking.append(f"{image}: not for {', '.join(lacks)}; it is for {has}.")
    return failed, lacking
