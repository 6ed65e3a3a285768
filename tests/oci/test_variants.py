"""Other ways: a cluster that was made by hand, a network load balancer, images from Oracle's registry."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from tests.oci.conftest import DEPLOY, run
from tests.oci.emulator import Emulator
from tests.oci.inventory import resolve
from tests.oci.made import ANYWHERE, TAGS, made
from tests.support.playbooks import Playbooks
from tests.support.roles import evaluate

KINDS = ["vcn", "internetgateway", "cluster", "nodepool"]


@pytest.fixture(scope="module", autouse=True)
def by_hand(oracle: Emulator, operator: Playbooks) -> None:
    """A cluster that somebody has made in the console, with the names that the role takes."""
    made(oracle.state)
    for kind in [*KINDS, "instance"]:
        for it in oracle.state.alive(kind):
            it["freeformTags"] = {}
    [gateway] = oracle.state.alive("internetgateway")
    gateway["displayName"] = "Internet gateway-todochat"
    operator.variables |= {"oke_cluster_kubernetes_version": "v1.34.2", "oke_cluster_quota": False}


def test_what_was_made_by_hand_is_not_touched_unless_told(operator: Playbooks, oracle: Emulator) -> None:
    done = run(operator, oracle, "playbooks/preflight.yml", check=False)
    assert "There is a VCN todochat that this role has not made" in done.output
    assert "There is a cluster todochat that this role has not made" in done.output


def test_it_is_adopted_as_it_is(operator: Playbooks, oracle: Emulator) -> None:
    before = {it["id"] for kind in KINDS for it in oracle.state.alive(kind)}
    run(operator, oracle, "playbooks/preflight.yml", oke_cluster_adopt=True)
    run(operator, oracle, *DEPLOY)
    assert {it["id"] for kind in KINDS for it in oracle.state.alive(kind)} == before
    assert all(it["freeformTags"] == TAGS for kind in KINDS for it in oracle.state.alive(kind))
    assert run(operator, oracle, *DEPLOY).changed == 0


def test_a_cluster_in_another_network_is_refused(operator: Playbooks, oracle: Emulator) -> None:
    [cluster] = oracle.state.alive("cluster")
    ours, cluster["vcnId"] = cluster["vcnId"], "ocid1.vcn.oc1..another"
    done = run(operator, oracle, *DEPLOY, check=False)
    cluster["vcnId"] = ours
    assert "is not in the VCN todochat but in ocid1.vcn.oc1..another" in " ".join(done.output.split())
    assert done.changed == 0


def test_a_network_load_balancer_lets_clients_through_to_the_nodes(
    operator: Playbooks, oracle: Emulator, tmp_path: Path
) -> None:
    done = run(operator, oracle, "playbooks/preflight.yml", oke_cluster_load_balancer="nlb")
    assert "network load balancers           1        0        1        1" in done.output
    assert run(operator, oracle, *DEPLOY).changed == 1
    [nodes] = oracle.state.alive("securitylist", displayName="todochat-nodes")
    ports = {rule["source"]: rule["tcpOptions"] for rule in nodes["ingressSecurityRules"] if rule.get("tcpOptions")}
    assert ports[ANYWHERE]["destinationPortRange"] == {"min": 30000, "max": 32767}
    wanted = {"service": "{{ __ingress_tls_traefik_values.service }}"}
    service = resolve(wanted, operator, tmp_path, "oke", oke_cluster_load_balancer="nlb")["service"]
    assert service["annotations"]["oci.oraclecloud.com/load-balancer-type"] == "nlb"
    assert not [name for name in service["annotations"] if "load-balancer-shape" in name]
    # The clients' addresses arrive, which the limit on sign-in attempts counts by.
    assert service["spec"]["externalTrafficPolicy"] == "Local"


def test_the_pull_secret_is_one_that_kubelets_understand() -> None:
    secret = evaluate(
        "oke_cluster", "{{ __oke_cluster_pull_secret }}", oke_cluster_registry="fra.ocir.io",
        oke_cluster_registry_user="ns/ada@example.com", oke_cluster_registry_token="a:b'$c",
        oke_cluster_registry_secret="ocir", oke_cluster_namespace="todochat",
    )  # fmt: skip
    assert (secret["type"], secret["metadata"]["name"]) == ("kubernetes.io/dockerconfigjson", "ocir")
    [(host, login)] = json.loads(base64.b64decode(secret["data"][".dockerconfigjson"]))["auths"].items()
    assert (host, base64.b64decode(login["auth"])) == ("fra.ocir.io", b"ns/ada@example.com:a:b'$c")
