"""Requests to the emulator that no SDK would send."""

from __future__ import annotations

import ssl
from typing import Any

import httpx
import oci
from oci.signer import Signer

from tests.oci.emulator import Emulator

REGION = "eu-frankfurt-1"
CORE = f"https://iaas.{REGION}.oraclecloud.com/20160918"
CONTAINERS = f"https://containerengine.{REGION}.oci.oraclecloud.com/20180222"
LIMITS = f"https://limits.{REGION}.oci.oraclecloud.com"
LOGGING = f"https://logging.{REGION}.oci.oraclecloud.com/20200531"
IDENTITY = f"https://identity.{REGION}.oci.oraclecloud.com/20160918"
CONNECTORS = f"https://service-connector-hub.{REGION}.oci.oraclecloud.com/20200909"
TELEMETRY = f"https://telemetry.{REGION}.oraclecloud.com/20180401"


class Client:
    """Signs as the SDK does, and lets tests spoil what it sends."""

    def __init__(self, oracle: Emulator) -> None:
        self.config = oci.config.from_file(oracle.environment["OCI_CONFIG_FILE"])
        [compartment] = oracle.state.alive("compartment")
        self.compartment = compartment["id"]
        trust = ssl.create_default_context(cafile=oracle.environment["REQUESTS_CA_BUNDLE"])
        self.http = httpx.Client(proxy=oracle.environment["HTTPS_PROXY"], verify=trust, trust_env=False)

    def send(self, method: str, url: str, json: Any = None, **headers: str) -> httpx.Response:
        signer = Signer(*(self.config[name] for name in ("tenancy", "user", "fingerprint", "key_file")))
        request = self.http.build_request(method, url, json=json, headers=headers)
        prepared = oci._vendor.requests.Request(
            method, url, headers=dict(request.headers), data=request.content
        ).prepare()
        signed = signer(prepared)
        return self.http.request(method, url, content=request.content, headers=dict(signed.headers))
