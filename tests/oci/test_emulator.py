"""The emulator refuses what Oracle refuses: otherwise what is tested on it would prove nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from tests.oci.client import CONTAINERS, CORE, LIMITS, Client
from tests.oci.emulator import Emulator
from tests.oci.emulator.identity import domain_names
from tests.oci.made import made


@pytest.fixture(scope="module")
def client(oracle: Emulator) -> Iterator[Client]:
    client = Client(oracle)
    made(oracle.state)
    yield client
    client.http.close()


def test_what_is_signed_is_answered(client: Client) -> None:
    answer = client.send("GET", f"{CORE}/vcns?compartmentId={client.compartment}")
    assert [vcn["displayName"] for vcn in answer.json()] == ["todochat"]


def test_what_is_not_signed_or_signed_long_ago_is_refused(client: Client) -> None:
    url = f"{CORE}/vcns?compartmentId={client.compartment}"
    assert client.http.get(url).status_code == 401
    yesterday = format_datetime(datetime.now(UTC) - timedelta(minutes=6), usegmt=True)
    assert "clock skew" in client.send("GET", url, date=yesterday).json()["message"]


def test_lists_come_in_pages(client: Client, oracle: Emulator) -> None:
    url = f"{CORE}/subnets?compartmentId={client.compartment}&limit=2"
    first = client.send("GET", url)
    second = client.send("GET", f"{url}&page={first.headers['opc-next-page']}")
    assert (len(first.json()), len(second.json())) == (2, 1)
    assert "opc-next-page" not in second.headers


def test_a_change_with_an_old_etag_is_refused(client: Client, oracle: Emulator) -> None:
    [vcn] = oracle.state.alive("vcn")
    url = f"{CORE}/vcns/{vcn['id']}"
    etag = client.send("GET", url).headers["etag"]
    assert client.send("PUT", url, {"displayName": "todochat"}, **{"if-match": etag}).status_code == 200
    assert client.send("PUT", url, {"displayName": "todochat"}, **{"if-match": etag}).status_code == 412


def test_what_is_in_use_cannot_be_deleted(client: Client, oracle: Emulator) -> None:
    [vcn], [cluster] = oracle.state.alive("vcn"), oracle.state.alive("cluster")
    assert client.send("DELETE", f"{CORE}/vcns/{vcn['id']}").status_code == 409
    assert client.send("DELETE", f"{CONTAINERS}/clusters/{cluster['id']}").status_code == 409


def test_two_minor_versions_at_once_are_refused(client: Client, oracle: Emulator) -> None:
    [cluster] = oracle.state.alive("cluster")
    answer = client.send("PUT", f"{CONTAINERS}/clusters/{cluster['id']}", {"kubernetesVersion": "v1.36.1"})
    assert "one minor version at a time" in answer.json()["message"]


def test_zonal_limits_want_a_domain_and_regional_ones_none(client: Client, oracle: Emulator) -> None:
    where = f"resourceAvailability?compartmentId={client.compartment}"
    domain = f"&availabilityDomain={domain_names(oracle.state)[0]}"
    zonal = f"{LIMITS}/20190729/services/compute/limits/standard-a1-core-count/{where}"
    regional = f"{LIMITS}/20190729/services/container-engine/limits/cluster-count/{where}"
    assert [client.send("GET", url).status_code for url in (zonal, zonal + domain)] == [400, 200]
    assert [client.send("GET", url).status_code for url in (regional, regional + domain)] == [200, 400]


def test_a_quota_without_its_regional_line_lets_no_machine_start(client: Client, oracle: Emulator) -> None:
    statement = "set compute-core quota standard-a1-core-count to 4 in compartment todochat"
    quota = oracle.state.add("quota", name="half", statements=[statement])
    [pool] = oracle.state.alive("nodepool")
    details = {"nodeConfigDetails": {"size": 3}}
    assert client.send("PUT", f"{CONTAINERS}/nodePools/{pool['id']}", details).status_code == 202
    oracle.state.clock.speed = 1e6
    client.send("GET", f"{CONTAINERS}/nodePools/{pool['id']}")
    assert "standard-a1-core-regional-count" in pool["nodes"][2]["nodeError"]["message"]
    oracle.state.tables["quota"].pop(quota["id"])
