# SPDX-License-Identifier: Apache-2.0
"""The Secrets of a namespace that hold the secrets of one deployment."""

from __future__ import annotations

import base64
import traceback
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from .secret_values import Secrets, SecretsError

try:
    import urllib3
    from kubernetes import client, config
    from kubernetes.client.exceptions import ApiException
except ImportError:
    KUBERNETES_IMPORT_ERROR: str | None = traceback.format_exc()
else:
    KUBERNETES_IMPORT_ERROR = None

_SECONDS = 30
_NOT_FOUND, _CONFLICT = 404, 409
_OURS = {
    "app.kubernetes.io/component": "secrets",
    "app.kubernetes.io/part-of": "todochat",
    "app.kubernetes.io/managed-by": "todochat.platform",
}


@dataclass(frozen=True)
class Found:
    """A Secret as it is in the cluster."""

    values: dict[str, str]
    ours: bool
    version: str
    """Its resourceVersion: whoever changes it meanwhile is noticed."""


class NamespaceSecrets:
    """Reads and writes; every method raises SecretsError, whose message holds no value."""

    def __init__(self, namespace: str, kubeconfig: str | None, context: str | None) -> None:
        self.namespace = namespace
        try:
            api = config.new_client_from_config(kubeconfig or None, context or None)  # type: ignore[no-untyped-call]
        except (config.ConfigException, OSError) as error:
            raise SecretsError(f"The kubeconfig cannot be used: {error}.") from None
        self._api = client.CoreV1Api(api)

    def look(self, names: Collection[str]) -> dict[str, Found]:
        """Every Secret that is ours, and those of these names whoever made them."""
        selector = ",".join(f"{key}={value}" for key, value in _OURS.items())
        listed = self._call(self._api.list_namespaced_secret, label_selector=selector)
        found = {secret.metadata.name: _found(secret) for secret in listed.items}
        for name in sorted(set(names) - found.keys()):
            secret = self._read(name)
            if secret is not None:
                found[name] = _found(secret)
        return found

    def value(self, name: str, key: str) -> str | None:
        """One value of any Secret; None when there is none."""
        secret = self._read(name)
        return None if secret is None else _found(secret).values.get(key)

    def changes(self, found: Mapping[str, Found], wanted: Secrets) -> list[Callable[[], None]]:
        """What has to be done, each a call that does it."""
        todo: list[Callable[[], None]] = []
        for name, values in wanted.items():
            there = found.get(name)
            if there is None:
                todo.append(self._create(name, values))
            elif there.ours and there.values != values:
                todo.append(self._replace(name, values, there.version))
            elif not there.ours and not values.items() <= there.values.items():
                raise SecretsError(
                    f"The Secret {name} in the namespace {self.namespace} was not made by this platform, and its "
                    "content is not the one that is wanted: remove it, or do not give these values."
                )
        todo += [self._delete(name) for name, there in found.items() if there.ours and name not in wanted]
        return todo

    def _create(self, name: str, values: Mapping[str, str]) -> Callable[[], None]:
        return lambda: self._call(self._api.create_namespaced_secret, body=self._body(name, values))

    def _replace(self, name: str, values: Mapping[str, str], version: str) -> Callable[[], None]:
        return lambda: self._call(self._api.replace_namespaced_secret, name, body=self._body(name, values, version))

    def _delete(self, name: str) -> Callable[[], None]:
        return lambda: self._call(self._api.delete_namespaced_secret, name)

    def _body(self, name: str, values: Mapping[str, str], version: str | None = None) -> Any:
        labels = {"app.kubernetes.io/name": name, **_OURS}
        metadata = client.V1ObjectMeta(name=name, namespace=self.namespace, labels=labels, resource_version=version)
        return client.V1Secret(metadata=metadata, type="Opaque", string_data=dict(values))

    def _read(self, name: str) -> Any:
        try:
            return self._call(self._api.read_namespaced_secret, name)
        except _AbsentError:
            return None

    def _call(self, method: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        try:
            # A name comes before the namespace, in every method that takes both.
            return method(*arguments, self.namespace, **options, _request_timeout=_SECONDS)
        except ApiException as error:
            raise _translated(self.namespace, error) from None
        except urllib3.exceptions.HTTPError as error:
            reason = getattr(error, "reason", None) or error
            raise SecretsError(f"The cluster does not answer: {reason}.") from None


class _AbsentError(SecretsError):
    pass


def _translated(namespace: str, error: Any) -> SecretsError:
    """The reason alone: an API server may repeat what it was sent."""
    if error.status == _NOT_FOUND:
        return _AbsentError(f"There is no namespace {namespace}, or the Secret has just been removed.")
    if error.status == _CONFLICT:
        return SecretsError(f"Somebody else has changed a Secret of {namespace} at the same time. Run it again.")
    return SecretsError(f"The cluster refuses to show or change Secrets of {namespace}: {error.status} {error.reason}.")


def _found(secret: Any) -> Found:
    labels = secret.metadata.labels or {}
    values = {key: base64.b64decode(value).decode(errors="replace") for key, value in (secret.data or {}).items()}
    return Found(values, _OURS.items() <= labels.items(), secret.metadata.resource_version)
