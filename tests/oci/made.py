"""What the role makes, put into the emulator without it: tests of what comes after need not wait for all of it."""

from __future__ import annotations

import base64
from typing import Any

from tests.oci.emulator import State, compute
from tests.oci.emulator.container_engine import image_id, image_names
from tests.oci.emulator.identity import domain_names
from tests.support.playbooks import ROOT

TAGS = {"todochat-platform": "todochat"}
NODES, API, BALANCERS, ANYWHERE = "10.0.10.0/24", "10.0.0.0/28", "10.0.20.0/24", "0.0.0.0/0"


def made(state: State, *, nodes: int = 2, version: str = "v1.34.2") -> None:
    """Network, cluster and node pool as inventories/oke wants them, in the compartment todochat."""
    [compartment] = state.alive("compartment", name="todochat")
    common = {"compartmentId": compartment["id"], "freeformTags": TAGS, "lifecycleState": "AVAILABLE"}
    vcn = state.add("vcn", **common, displayName="todochat", cidrBlocks=["10.0.0.0/16"], cidrBlock="10.0.0.0/16")
    common["vcnId"] = vcn["id"]
    gateway = state.add("internetgateway", **common, displayName="todochat", isEnabled=True)
    rule = {"destination": ANYWHERE, "destinationType": "CIDR_BLOCK", "networkEntityId": gateway["id"]}
    table = state.add("routetable", **common, displayName="todochat", routeRules=[rule])
    subnets = {}
    for name, (block, ingress) in _subnets().items():
        everywhere = [{"protocol": "all", "destination": ANYWHERE, "destinationType": "CIDR_BLOCK"}]
        rules = {"ingressSecurityRules": ingress, "egressSecurityRules": everywhere}
        listed = state.add("securitylist", **common, displayName=name, **rules)
        places = {"cidrBlock": block, "routeTableId": table["id"], "securityListIds": [listed["id"]]}
        subnets[name] = state.add("subnet", **common, displayName=name, **places, prohibitPublicIpOnVnic=False)["id"]
    owned = {"compartmentId": compartment["id"], "freeformTags": TAGS, "kubernetesVersion": version, "name": "todochat"}
    cluster = state.add(
        "cluster", **owned, vcnId=vcn["id"], type="BASIC_CLUSTER", endpointConfig={"subnetId": subnets["todochat-api"]},
        options={"serviceLbSubnetIds": [subnets["todochat-load-balancers"]]},
        endpoints={"publicEndpoint": state.tenancy.kubernetes_endpoint},
    )  # fmt: skip
    _node_pool(state, owned, cluster=cluster["id"], subnet=subnets["todochat-nodes"], nodes=nodes, version=version)


def _node_pool(state: State, owned: dict[str, Any], *, cluster: str, subnet: str, nodes: int, version: str) -> None:
    source = {"sourceType": "IMAGE", "imageId": image_id(image_names(version)[2]), "bootVolumeSizeInGBs": 50}
    placements = [{"availabilityDomain": domain, "subnetId": subnet} for domain in domain_names(state)]
    user_data = base64.b64encode((ROOT / "roles/oke_cluster/files/node_init.sh").read_bytes().rstrip(b"\n")).decode()
    pool = state.add(
        "nodepool", **owned, clusterId=cluster, nodeShape=compute.FREE_ARM_SHAPE, nodes=[],
        nodeShapeConfig={"ocpus": 1.0, "memoryInGBs": 6.0}, nodeSourceDetails=source,
        nodeConfigDetails={"size": nodes, "placementConfigs": placements, "freeformTags": TAGS},
        nodeMetadata={"user_data": user_data},
        nodeEvictionNodePoolSettings={"evictionGraceDuration": "PT10M", "isForceDeleteAfterGraceDuration": True},
    )  # fmt: skip
    for placement in placements[:nodes]:
        domain, name = placement["availabilityDomain"], f"oke-{len(pool['nodes'])}"
        identifier = compute.launch(
            state,
            compartment=owned["compartmentId"],
            domain=domain,
            subnet=subnet,
            name=name,
            ocpus=1,
            memory=6,
            boot=50,
            tags=TAGS,
        )
        node = {"id": identifier, "name": name, "kubernetesVersion": version, "availabilityDomain": domain}
        pool["nodes"].append({**node, "nodeError": None, "lifecycleState": "ACTIVE", "lifecycleDetails": ""})


def _subnets() -> dict[str, tuple[str, list[dict[str, Any]]]]:
    """Range and ingress rules of each subnet."""
    return {
        "todochat-api": (API, [_tcp(ANYWHERE, 6443), _tcp(NODES, 6443), _tcp(NODES, 12250), _path_discovery(NODES)]),
        "todochat-nodes": (
            NODES,
            [
                {"protocol": "all", "source": NODES},
                {"protocol": "6", "source": API},
                _path_discovery(ANYWHERE),
                _tcp(BALANCERS, 30000, 32767),
                _tcp(BALANCERS, 10256),
            ],
        ),
        "todochat-load-balancers": (BALANCERS, [_tcp(ANYWHERE, 80), _tcp(ANYWHERE, 443)]),
    }


def _tcp(source: str, first: int, last: int | None = None) -> dict[str, Any]:
    ports = {"destinationPortRange": {"min": first, "max": last or first}}
    return {"protocol": "6", "source": source, "tcpOptions": ports}


def _path_discovery(source: str) -> dict[str, Any]:
    return {"protocol": "1", "source": source, "icmpOptions": {"type": 3, "code": 4}}
