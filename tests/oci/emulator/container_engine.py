"""Container Engine for Kubernetes: clusters, node pools, their work requests, options and the kubeconfig."""

from __future__ import annotations

from collections.abc import Callable
from itertools import cycle
from typing import Any

import yaml
from fastapi import APIRouter, Request, Response

from tests.oci.emulator import compute
from tests.oci.emulator.state import ApiError, Record, State, answer, change, conflict, invalid, page, touch

HOST = "containerengine.{region}.oci"
_BUSY = {"CREATING", "UPDATING", "DELETING"}


def router(state: State) -> APIRouter:  # noqa: PLR0915 - one function for each call
    api = APIRouter(prefix="/20180222")
    tenancy = state.tenancy

    # --- clusters ----------------------------------------------------------------------------------------------

    @api.get("/clusters")
    async def clusters(request: Request) -> Response:
        state.compartment(request.query_params.get("compartmentId"))
        return page(request, [without_endpoints(cluster) for cluster in state.tables["cluster"].values()])

    @api.post("/clusters")
    async def create_cluster(request: Request) -> Response:
        body = await request.json()
        state.compartment(body["compartmentId"])
        check_version(body["kubernetesVersion"])
        vcn = state.get("vcn", body["vcnId"])
        subnets = [body["endpointConfig"]["subnetId"], *(body.get("options") or {}).get("serviceLbSubnetIds", [])]
        if any(state.get("subnet", subnet)["vcnId"] != vcn["id"] for subnet in subnets):
            raise invalid("The subnets of a cluster are in its VCN.")
        if len(state.alive("cluster")) >= tenancy.limits.get("cluster-count", 100):
            raise ApiError(400, "LimitExceeded", "The cluster limit for this tenancy has been exceeded.")
        cluster = state.add("cluster", **{"type": "BASIC_CLUSTER", **body}, lifecycleState="CREATING")

        def created() -> None:
            address = tenancy.kubernetes_endpoint
            cluster["endpoints"] = {"publicEndpoint": address, "privateEndpoint": "10.0.0.5:6443", "kubernetes": None}
            finish(cluster)

        return accepted(cluster, "CLUSTER_CREATE", created)

    @api.get("/clusters/{identifier}")
    async def cluster(identifier: str) -> Response:
        found = state.get("cluster", identifier)
        newer = [
            version
            for version in tenancy.kubernetes_versions
            if minor(version) == minor(found["kubernetesVersion"]) + 1
        ]
        return answer({**found, "availableKubernetesUpgrades": newer})

    @api.put("/clusters/{identifier}")
    async def update_cluster(identifier: str, request: Request) -> Response:
        found, body = idle("cluster", identifier), await request.json()
        if version := body.get("kubernetesVersion"):
            check_version(version)
            if minor(version) - minor(found["kubernetesVersion"]) not in (0, 1):
                raise invalid(
                    f"{found['kubernetesVersion']} cannot be upgraded to {version}: one minor version at a time."
                )
        if body.get("type") == "BASIC_CLUSTER" and found["type"] == "ENHANCED_CLUSTER":
            raise invalid("An enhanced cluster cannot be changed into a basic cluster.")
        change(request, found, {"lifecycleState": "UPDATING"})
        return accepted(found, "CLUSTER_UPDATE", lambda: finish(found, **body))

    @api.delete("/clusters/{identifier}")
    async def delete_cluster(identifier: str) -> Response:
        found = idle("cluster", identifier)
        if state.alive("nodepool", clusterId=identifier):
            raise conflict("The cluster has node pools.")
        found["lifecycleState"] = "DELETING"
        return accepted(found, "CLUSTER_DELETE", lambda: finish(found, lifecycleState="DELETED"))

    @api.post("/clusters/{identifier}/kubeconfig/content")
    async def kubeconfig(identifier: str, request: Request) -> Response:
        found = state.get("cluster", identifier)
        if found["lifecycleState"] != "ACTIVE":
            raise conflict("The cluster is not active.")
        command = ["ce", "cluster", "generate-token", "--cluster-id", identifier, "--region", tenancy.region]
        user = {
            "exec": {"apiVersion": "client.authentication.k8s.io/v1beta1", "command": "oci", "args": command, "env": []}
        }
        server = {"server": f"https://{found['endpoints']['publicEndpoint']}"}
        content = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [
                {
                    "name": "cluster-c1",
                    "cluster": {**server, "certificate-authority-data": tenancy.kubernetes_authority},
                }
            ],
            "users": [{"name": "user-c1", "user": user}],
            "contexts": [{"name": "context-c1", "context": {"cluster": "cluster-c1", "user": "user-c1"}}],
            "current-context": "context-c1",
        }
        return Response(yaml.safe_dump(content), media_type="application/x-yaml")

    # --- node pools --------------------------------------------------------------------------------------------

    @api.get("/nodePools")
    async def node_pools(request: Request) -> Response:
        state.compartment(request.query_params.get("compartmentId"))
        return page(request, [{**pool, "nodes": None} for pool in state.tables["nodepool"].values()])

    @api.post("/nodePools")
    async def create_pool(request: Request) -> Response:
        body = await request.json()
        found = state.get("cluster", body["clusterId"])
        if found["lifecycleState"] != "ACTIVE":
            raise conflict("The cluster is not active.")
        check_pool(body, found)
        source = body["nodeSourceDetails"]
        pool = state.add(
            "nodepool", **body, lifecycleState="CREATING", nodes=[], nodeImageId=source["imageId"],
            nodeSource={**source, "sourceName": image_name(source["imageId"])},
        )  # fmt: skip
        return accepted(pool, "NODEPOOL_CREATE", lambda: populate(pool))

    @api.get("/nodePools/{identifier}")
    async def node_pool(identifier: str) -> Response:
        return answer(state.get("nodepool", identifier))

    @api.put("/nodePools/{identifier}")
    async def update_pool(identifier: str, request: Request) -> Response:
        pool, body = idle("nodepool", identifier), await request.json()
        check_pool({**pool, **body}, state.get("cluster", pool["clusterId"]))
        if source := body.get("nodeSourceDetails"):
            body |= {
                "nodeImageId": source["imageId"],
                "nodeSource": {**source, "sourceName": image_name(source["imageId"])},
            }
        if details := body.get("nodeConfigDetails"):
            body["nodeConfigDetails"] = {**pool["nodeConfigDetails"], **details}
        change(request, pool, {**body, "lifecycleState": "UPDATING"})
        return accepted(pool, "NODEPOOL_UPDATE", lambda: populate(pool))

    @api.delete("/nodePools/{identifier}")
    async def delete_pool(identifier: str) -> Response:
        pool = idle("nodepool", identifier)
        pool["lifecycleState"] = "DELETING"

        def deleted() -> None:
            for node in pool["nodes"]:
                remove(node)
            finish(pool, lifecycleState="DELETED", nodes=[])

        return accepted(pool, "NODEPOOL_DELETE", deleted)

    @api.delete("/nodePools/{identifier}/node/{node_identifier}")
    async def delete_node(identifier: str, node_identifier: str, request: Request) -> Response:
        """The pool replaces the node, unless the call makes it smaller by one, which is what it does without saying."""
        pool = idle("nodepool", identifier)
        [node] = [node for node in pool["nodes"] if node["id"] == node_identifier] or [None]
        if node is None:
            raise invalid(f"No node {node_identifier}")
        if request.query_params.get("isDecrementSize", "true") == "true":
            pool["nodeConfigDetails"]["size"] -= 1
        pool["lifecycleState"] = "UPDATING"

        def deleted() -> None:
            remove(node)
            pool["nodes"].remove(node)
            populate(pool)

        return accepted(pool, "NODEPOOL_RECONCILE", deleted)

    # --- what there is to choose from --------------------------------------------------------------------------

    @api.get("/clusterOptions/{identifier}")
    async def cluster_options(identifier: str) -> Response:
        return answer({"kubernetesVersions": tenancy.kubernetes_versions, "clusterPodNetworkOptions": []})

    @api.get("/nodePoolOptions/{identifier}")
    async def pool_options(identifier: str) -> Response:
        sources = [
            {"sourceType": "IMAGE", "sourceName": name, "imageId": image_id(name)}
            for version in tenancy.kubernetes_versions
            for name in image_names(version)
        ]
        shapes = ["VM.Standard.E4.Flex", compute.FREE_ARM_SHAPE]
        return answer({"kubernetesVersions": tenancy.kubernetes_versions, "shapes": shapes, "sources": sources})

    # --- work requests -----------------------------------------------------------------------------------------

    @api.get("/workRequests")
    async def work_requests(request: Request) -> Response:
        wanted = request.query_params.get("resourceId")
        found = [
            item
            for item in state.tables["workrequest"].values()
            if wanted in (None, item["resources"][0]["identifier"])
        ]
        return page(request, reversed(found))

    @api.get("/workRequests/{identifier}")
    async def work_request(identifier: str) -> Response:
        return answer(state.get("workrequest", identifier))

    @api.get("/workRequests/{identifier}/errors")
    async def errors(identifier: str) -> Response:
        return answer(state.get("workrequest", identifier)["_errors"])

    @api.get("/workRequests/{identifier}/logs")
    async def logs(identifier: str) -> Response:
        return answer(state.get("workrequest", identifier)["_logs"])

    def accepted(record: Record, operation: str, done: Callable[[], None]) -> Response:
        """202 with a work request, which ends when its time has come."""
        touch(record)
        kind, action = operation.split("_")
        resource = {
            "identifier": record["id"],
            "entityType": kind.lower(),
            "actionType": "IN_PROGRESS",
            "entityUri": "",
        }
        begun = {"message": f"{operation} begun", "timestamp": state.now()}
        request = state.add(
            "clustersworkrequest", compartmentId=record["compartmentId"], operationType=operation, status="IN_PROGRESS",
            resources=[resource], timeAccepted=state.now(), timeStarted=state.now(), _errors=[], _logs=[begun],
        )  # fmt: skip
        state.tables["workrequest"][request["id"]] = request
        record["_workRequest"] = request

        def end() -> None:
            request["_failed"] = False
            done()
            request["status"] = "FAILED" if request["_errors"] else "SUCCEEDED"
            request["timeFinished"] = state.now()
            request["_logs"].append({"message": f"{operation} {request['status'].lower()}", "timestamp": state.now()})
            resource["actionType"] = {"CREATE": "CREATED", "DELETE": "DELETED"}.get(action, "UPDATED")

        state.after(tenancy.seconds.get(operation, tenancy.seconds[""]), end)
        return Response(status_code=202, headers={"opc-work-request-id": request["id"]})

    def finish(record: Record, **values: Any) -> None:
        record.update({"lifecycleState": "ACTIVE", **values})
        touch(record)

    def idle(kind: str, identifier: str) -> Record:
        record = state.get(kind, identifier)
        if record["lifecycleState"] in _BUSY:
            raise conflict(f"The {kind} is {record['lifecycleState']}.")
        return record

    # --- nodes -------------------------------------------------------------------------------------------------

    def populate(pool: Record) -> None:
        """As many nodes as the pool wants, spread over its placements; one that cannot be launched is a failed node."""
        details = pool["nodeConfigDetails"]
        while len(pool["nodes"]) > details["size"]:
            remove(pool["nodes"].pop())
        placements = details["placementConfigs"]
        used = [node["availabilityDomain"] for node in pool["nodes"]]
        turn = cycle(sorted(placements, key=lambda placement: used.count(placement["availabilityDomain"])))
        while len(pool["nodes"]) < details["size"]:
            pool["nodes"].append(launched(pool, next(turn)))
        for message in {node["nodeError"]["message"] for node in pool["nodes"] if node["nodeError"]}:
            error = {"code": "InternalError", "message": message, "timestamp": state.now()}
            pool["_workRequest"]["_errors"].append(error)
        finish(pool)

    def launched(pool: Record, placement: Record) -> Record:
        domain, subnet = placement["availabilityDomain"], placement["subnetId"]
        number = state.identifier("node")[-6:]
        name = f"oke-{pool['id'][-6:]}-{number}"
        node = {
            "id": state.identifier("instance"), "name": name, "kubernetesVersion": pool["kubernetesVersion"],
            "availabilityDomain": domain, "subnetId": subnet, "nodePoolId": pool["id"], "nodeError": None,
            "lifecycleState": "ACTIVE", "lifecycleDetails": "",
        }  # fmt: skip
        shape, boot = pool["nodeShapeConfig"], pool["nodeSourceDetails"].get("bootVolumeSizeInGBs") or 47
        try:
            node["id"] = compute.launch(
                state, compartment=pool["compartmentId"], domain=domain, subnet=subnet, name=name,
                ocpus=shape["ocpus"], memory=shape["memoryInGBs"], boot=boot,
                tags=pool["nodeConfigDetails"].get("freeformTags") or {},
            )  # fmt: skip
        except ApiError as error:
            node["lifecycleState"] = "FAILING"
            node["nodeError"] = {"code": error.code, "message": error.message, "status": str(error.status)}
        return node

    def remove(node: Record) -> None:
        if node["id"] in state.tables["instance"]:
            compute.terminate(state, node["id"])

    # --- checks ------------------------------------------------------------------------------------------------

    def check_version(version: str) -> None:
        if version not in tenancy.kubernetes_versions:
            raise invalid(f"Invalid kubernetesVersion: {version}")

    def check_pool(pool: Record, cluster: Record) -> None:
        behind = minor(cluster["kubernetesVersion"]) - minor(pool["kubernetesVersion"])
        if not 0 <= behind <= 3:
            raise invalid(
                f"Nodes of {pool['kubernetesVersion']} do not fit a cluster of {cluster['kubernetesVersion']}."
            )
        check_version(pool["kubernetesVersion"])
        if pool["nodeShape"].endswith(".Flex") and not pool.get("nodeShapeConfig"):
            raise invalid("A flexible shape needs a nodeShapeConfig.")
        name = image_name(pool["nodeSourceDetails"]["imageId"])
        if (pool["nodeShape"] == compute.FREE_ARM_SHAPE) != ("aarch64" in name):
            raise invalid(f"The image {name} does not fit the shape {pool['nodeShape']}.")
        if (pool["nodeSourceDetails"].get("bootVolumeSizeInGBs") or 47) < 47:
            raise invalid("A boot volume has at least 47 GB.")

    def image_name(identifier: str) -> str:
        for version in tenancy.kubernetes_versions:
            for name in image_names(version):
                if image_id(name) == identifier:
                    return name
        raise invalid(f"Invalid node image: {identifier}")

    return api


def minor(version: str) -> int:
    return int(version.split(".")[1])


def without_endpoints(cluster: Record) -> Record:
    """The list shows no endpoints of clusters that are still being made."""
    return {**cluster, "endpoints": cluster.get("endpoints")}


def image_names(version: str) -> list[str]:
    """Of each version an old and a new image for both architectures, and one with a GPU driver."""
    oke = f"OKE-{version.removeprefix('v')}"
    return [
        f"Oracle-Linux-8.10-2026.02.28-0-{oke}-1180",
        f"Oracle-Linux-8.10-aarch64-2026.02.28-0-{oke}-1180",
        f"Oracle-Linux-8.10-aarch64-2026.08.31-0-{oke}-1402",
        f"Oracle-Linux-8.10-Gen2-GPU-2026.08.31-0-{oke}-1402",
        f"Oracle-Linux-8.10-2026.08.31-0-{oke}-1402",
    ]


def image_id(name: str) -> str:
    return f"ocid1.image.oc1..{name.lower().replace('.', '').replace('-', '')}"
