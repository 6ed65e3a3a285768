"""The emulator refuses what Oracle refuses: otherwise what is tested on it would prove nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from tests.oci.client import CONNECTORS, CONTAINERS, CORE, IDENTITY, LIMITS, LOGGING, TELEMETRY, Client
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


def test_a_log_group_goes_after_its_logs_and_logs_are_kept_for_whole_months(client: Client, oracle: Emulator) -> None:
    group = oracle.state.add("loggroup", compartmentId=client.compartment, displayName="full")
    logs = f"{LOGGING}/logGroups/{group['id']}/logs"
    assert (
        client.send("POST", logs, {"displayName": "a", "logType": "CUSTOM", "retentionDuration": 7}).status_code == 400
    )
    assert client.send("POST", logs, {"displayName": "a", "logType": "CUSTOM"}).status_code == 202
    assert client.send("POST", logs, {"displayName": "a", "logType": "CUSTOM"}).status_code == 409
    assert client.send("DELETE", f"{LOGGING}/logGroups/{group['id']}").status_code == 409
    [log] = client.send("GET", logs).json()
    assert client.send("DELETE", f"{logs}/{log['id']}").status_code == 202
    assert client.send("DELETE", f"{LOGGING}/logGroups/{group['id']}").status_code == 202


def test_a_policy_names_a_group_that_there_is(client: Client, oracle: Emulator) -> None:
    where, policies = {"compartmentId": oracle.state.root}, f"{IDENTITY}/policies"
    policy = {**where, "name": "p", "description": "p"}
    allow = {"statements": ["allow dynamic-group nodes to use log-content in tenancy"]}
    group = {**where, "name": "nodes", "description": "nodes"}
    assert client.send("POST", policies, {**policy, "statements": ["let them in"]}).status_code == 400
    assert client.send("POST", policies, policy | allow).status_code == 400
    assert client.send("POST", f"{IDENTITY}/dynamicGroups", {**group, "matchingRule": "all"}).status_code == 400
    rule = {"matchingRule": "ALL {instance.compartment.id = 'x'}"}
    assert client.send("POST", f"{IDENTITY}/dynamicGroups", group | rule).status_code == 200
    assert client.send("POST", policies, policy | allow).status_code == 200


def test_a_connector_writes_to_no_namespace_of_oracle(client: Client) -> None:
    target = {"kind": "monitoring", "metricNamespace": "oci_oke", "metric": "mine"}
    connector = {"compartmentId": client.compartment, "displayName": "c", "source": {"kind": "logging"}}
    answer = client.send("POST", f"{CONNECTORS}/serviceConnectors", {**connector, "target": target})
    assert "is Oracle's" in answer.json()["message"]


def test_an_alarm_has_a_query_that_can_be_asked(client: Client) -> None:
    alarm = {"compartmentId": client.compartment, "namespace": "oci_oke", "destinations": []}
    for query, status in (("NodeState > 0", 400), ('NodeState[1m]{nodeState = "FAILED"}.max() > 0', 200)):
        assert client.send("POST", f"{TELEMETRY}/alarms", {**alarm, "query": query}).status_code == status
