"""Compute and block storage: instances, their boot volumes, volumes and the capacity report."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from tests.oci.emulator.identity import domain_names
from tests.oci.emulator.state import ApiError, State, answer, invalid, page

HOST = "iaas.{region}"
FREE_ARM_SHAPE = "VM.Standard.A1.Flex"


def router(state: State) -> APIRouter:
    api = APIRouter(prefix="/20160918")

    def listing(path: str, kind: str) -> None:
        @api.get(path)
        async def listed(request: Request) -> Response:
            state.compartment(request.query_params.get("compartmentId"))
            return page(request, state.alive(kind))

    listing("/instances", "instance")
    listing("/volumes", "volume")
    listing("/bootVolumes", "bootvolume")

    @api.get("/volumes/{identifier}")
    async def volume(identifier: str) -> Response:
        return answer(state.get("volume", identifier))

    @api.delete("/volumes/{identifier}")
    async def delete_volume(identifier: str) -> Response:
        state.get("volume", identifier)["lifecycleState"] = "TERMINATED"
        return Response(status_code=204)

    @api.post("/computeCapacityReports")
    async def report(request: Request) -> Response:
        body = await request.json()
        if body["compartmentId"] != state.root:
            raise invalid("A capacity report is made for the root compartment.")
        if body["availabilityDomain"] not in domain_names(state):
            raise invalid(f"No availability domain {body['availabilityDomain']}")
        room = room_in(state, body["availabilityDomain"])
        shapes = [
            {
                **shape,
                "availabilityStatus": "AVAILABLE" if room > 0 else "OUT_OF_HOST_CAPACITY",
                "availableCount": room,
            }
            for shape in body["shapeAvailabilities"]
        ]
        return answer({**body, "shapeAvailabilities": shapes, "timeCreated": state.now()})

    return api


def room_in(state: State, domain: str) -> int:
    """How many more A1 machines the availability domain has room for."""
    used = len(state.alive("instance", availabilityDomain=domain, shape=FREE_ARM_SHAPE))
    return max(0, state.tenancy.capacity.get(domain, 100) - used)


def launch(
    state: State,
    *,
    compartment: str,
    domain: str,
    subnet: str,
    name: str,
    ocpus: float,
    memory: float,
    boot: int,
    tags: dict[str, str],
) -> str:
    """An A1 instance with its boot volume; raises ApiError where the real one is refused."""
    if room_in(state, domain) < 1:
        raise ApiError(500, "InternalError", "Out of host capacity.")
    check_quota(state, ocpus, memory)
    shape = {"ocpus": ocpus, "memoryInGBs": memory}
    common = {"compartmentId": compartment, "availabilityDomain": domain}
    instance = state.add(
        "instance", **common, displayName=name, shape=FREE_ARM_SHAPE, shapeConfig=shape, region=state.tenancy.region,
        lifecycleState="RUNNING", freeformTags=tags, _subnetId=subnet,
    )  # fmt: skip
    volume = state.add(
        "bootvolume", **common, displayName=f"{name} (Boot Volume)", sizeInGBs=boot, lifecycleState="AVAILABLE"
    )
    instance["_bootVolumeId"] = volume["id"]
    return str(instance["id"])


def terminate(state: State, identifier: str) -> None:
    instance = state.get("instance", identifier)
    instance["lifecycleState"] = "TERMINATED"
    state.get("bootvolume", instance["_bootVolumeId"])["lifecycleState"] = "TERMINATED"


def check_quota(state: State, ocpus: float, memory: float) -> None:
    """Every A1 launch counts against the core and the memory limit, each in its zonal AND its regional form."""
    running = state.alive("instance", shape=FREE_ARM_SHAPE)
    wanted = {
        "core": sum(instance["shapeConfig"]["ocpus"] for instance in running) + ocpus,
        "memory": sum(instance["shapeConfig"]["memoryInGBs"] for instance in running) + memory,
    }
    for quota in state.alive("quota"):
        limits = quota_limits(quota["statements"])
        if not limits:
            continue
        for what, amount in wanted.items():
            for name in (f"standard-a1-{what}-count", f"standard-a1-{what}-regional-count"):
                # `zero compute-core quotas` and the like set all of a family to nothing: what is not named is 0.
                if amount > limits.get(name, 0):
                    raise ApiError(400, "QuotaExceeded", f"The following quota was exceeded: {name}.")


def quota_limits(statements: list[str]) -> dict[str, float]:
    """`set compute-core quota standard-a1-core-count to 2 in compartment x`, by name."""
    found = {}
    for statement in statements:
        words = statement.lower().split()
        if words[0] == "set" and "standard-a1-" in words[3]:
            found[words[3].strip("'\"")] = float(words[5])
    return found
