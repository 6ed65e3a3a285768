# SPDX-License-Identifier: Apache-2.0
"""Oracle Cloud's SDK for the modules of this collection: one session, plain errors, plain dictionaries."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ansible.module_utils.basic import AnsibleModule

try:
    import oci
except ImportError:
    oci = None

# Also what oracle.oci reads, so that one setting is for both.
OPTIONS: dict[str, Any] = {
    "config_file_location": {"type": "path"},
    "config_profile_name": {"type": "str"},
}

_ADVICE = {
    401: "Oracle does not accept the API key: user, fingerprint and key file must belong together, "
    "the key must be uploaded to the user, and this machine's clock must be right to five minutes.",
    404: "There is no such thing, or a policy keeps this user from seeing it: "
    "the user's group needs `manage all-resources` in the compartment and `read all-resources` in the tenancy.",
    429: "Oracle answers that there are too many requests; try again in some minutes.",
}


class OracleError(Exception):
    """Something that the operator can read and act upon."""


class Session:
    """The user of a configuration file. Clients are made when they are needed: their code is large."""

    def __init__(self, parameters: dict[str, Any]) -> None:
        if oci is None:
            raise OracleError("The Python library `oci` is missing: uv sync --group oci --inexact, or pip install oci.")
        file = parameters["config_file_location"] or os.environ.get("OCI_CONFIG_FILE") or "~/.oci/config"
        profile = parameters["config_profile_name"] or os.environ.get("OCI_CONFIG_PROFILE") or "DEFAULT"
        try:
            self.config = oci.config.from_file(file, profile)
            oci.config.validate_config(self.config)
        except (oci.exceptions.ClientError, ValueError, OSError) as error:
            raise OracleError(
                f"{file}, profile {profile}, is not a usable OCI configuration: {error} "
                "The console writes one for you: your user, API keys, Add API key."
            ) from None
        self.region: str = self.config["region"]
        self.tenancy_id: str = self.config["tenancy"]

    @functools.cached_property
    def identity(self) -> Any:
        return self.client("identity.IdentityClient")

    @functools.cached_property
    def network(self) -> Any:
        return self.client("core.VirtualNetworkClient")

    @functools.cached_property
    def containers(self) -> Any:
        return self.client("container_engine.ContainerEngineClient")

    def client(self, name: str) -> Any:
        """A client by its name in the SDK; reads are tried again when the network or Oracle fails."""
        package, _, kind = name.partition(".")
        module = __import__(f"oci.{package}", fromlist=[kind])
        # The SDK's own strategy tries for ten minutes, without a word.
        again = oci.retry.RetryStrategyBuilder().add_max_attempts(5).add_total_elapsed_time(60).get_retry_strategy()
        return getattr(module, kind)(self.config, retry_strategy=again)

    def compartment(self, name: str) -> dict[str, Any]:
        """A compartment by its OCID or its name; without either the tenancy's root."""
        if not name or name == self.tenancy_id:
            return {"id": self.tenancy_id, "name": "root"}
        if name.startswith("ocid1."):
            found: dict[str, Any] = plain(self.identity.get_compartment(name).data)
            return found
        named = [item for item in self.compartments() if item["name"] == name]
        if len(named) != 1:
            known = ", ".join(sorted(item["name"] for item in self.compartments())) or "none"
            raise OracleError(
                f"{len(named)} compartments are called {name}. Name one of these, by its OCID if need be: {known}."
            )
        return named[0]

    @functools.cache  # noqa: B019 - one session per module run
    def compartments(self) -> list[dict[str, Any]]:
        """All compartments of the tenancy, without its root."""
        return everything(
            self.identity.list_compartments, self.tenancy_id, compartment_id_in_subtree=True, lifecycle_state="ACTIVE"
        )


def everything(listing: Callable[..., Any], *arguments: Any, **options: Any) -> list[dict[str, Any]]:
    """All pages of a list. The SDK's own way has retries of its own, which multiply with the client's."""
    found: list[dict[str, Any]] = []
    page: dict[str, str] = {}
    while True:
        response = listing(*arguments, **options, **page)
        found += plain(response.data)
        if not (following := response.headers.get("opc-next-page")):
            return found
        page = {"page": following}


def plain(data: Any) -> Any:
    """Models as dictionaries, with the names that oracle.oci's parameters have."""
    return oci.util.to_dict(getattr(data, "items", data) if not isinstance(data, (dict, list)) else data)


def if_allowed(call: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
    """The answer, or None where this user or this region may not ask: Oracle tells neither from what is not there."""
    try:
        return plain(call(*arguments, **options).data)
    except oci.exceptions.ServiceError as error:
        if error.status in (403, 404):
            return None
        raise


@contextmanager
def readable_errors() -> Iterator[None]:
    """Turns what the SDK raises into OracleError."""
    try:
        yield
    except OracleError:
        raise
    except Exception as error:
        if oci is None:
            raise
        if isinstance(error, oci.exceptions.ServiceError):
            advice = _ADVICE.get(error.status, "")
            raise OracleError(
                f"{error.operation_name}: {error.status} {error.code}: {error.message} {advice}".strip()
            ) from error
        if isinstance(error, (oci.exceptions.RequestException, oci.exceptions.ConnectTimeout)):
            raise OracleError(f"Oracle does not answer; is the network there? {error}") from error
        raise


def run_reading_module(options: dict[str, Any], read: Callable[[Session, dict[str, Any]], dict[str, Any]]) -> None:
    """The whole run of a module that changes nothing: `read` takes its parameters and returns what it answers."""
    module = AnsibleModule(options | OPTIONS, supports_check_mode=True)
    parameters = {name: module.params[name] for name in options}
    try:
        with readable_errors():
            found = read(Session(module.params), parameters)
    except OracleError as error:
        module.fail_json(msg=str(error))
    module.exit_json(changed=False, **found)
