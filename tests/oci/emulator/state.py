"""What all services of the emulator share: records, virtual time, pages, work requests and failures on demand."""

from __future__ import annotations

import re
import secrets
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi import Request, Response
from fastapi.responses import JSONResponse

Record = dict[str, Any]
DEAD = {"DELETED", "TERMINATED"}
# Query parameters that say how to answer, not what to look for.
_NOT_A_FILTER = {"limit", "page", "sortBy", "sortOrder", "compartmentIdInSubtree", "accessLevel", "fields"}


class ApiError(Exception):
    """What Oracle answers instead: a status, a code and a message."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


def not_found(what: str) -> ApiError:
    return ApiError(404, "NotAuthorizedOrNotFound", f"Authorization failed or requested resource not found: {what}")


def invalid(message: str) -> ApiError:
    return ApiError(400, "InvalidParameter", message)


def conflict(message: str) -> ApiError:
    return ApiError(409, "IncorrectState", message)


class Clock:
    """Virtual time: it runs `speed` times as fast as the real one."""

    def __init__(self, speed: float) -> None:
        self.speed = speed
        self._start, self._real = datetime.now(UTC), time.monotonic()

    def now(self) -> datetime:
        return self._start + timedelta(seconds=(time.monotonic() - self._real) * self.speed)


@dataclass
class Fault:
    """The next `times` calls of a service whose path matches fail; with status 0 the connection is cut."""

    service: str
    path: str
    status: int
    code: str = "InternalError"
    message: str = "The emulator was told to fail."
    method: str = ""
    times: int = 1

    def hits(self, service: str, method: str, path: str) -> bool:
        return bool(
            self.times > 0 and service == self.service and self.method in ("", method) and re.search(self.path, path)
        )


@dataclass
class Tenancy:
    """What is different from tenancy to tenancy."""

    region: str = "eu-frankfurt-1"
    region_key: str = "FRA"
    name: str = "todotenancy"
    namespace: str = "axtodonamesp"
    availability_domains: int = 3
    kubernetes_versions: tuple[str, ...] = ("v1.33.10", "v1.34.2", "v1.35.2", "v1.36.1")
    # A name that is not here is limited to 100.
    limits: dict[str, int] = field(default_factory=lambda: {"cluster-count": 1, "standard-a1-core-count": 50})
    # How many A1 machines each availability domain has room for; what is not here has room for 100.
    capacity: dict[str, int] = field(default_factory=dict)
    # Virtual seconds that a work request takes.
    seconds: dict[str, float] = field(
        default_factory=lambda: {"CLUSTER_CREATE": 420, "CLUSTER_UPDATE": 600, "NODEPOOL_CREATE": 240, "": 120}
    )
    # Where the API of a cluster is and who has signed its certificate; without it a stub that knows nodes only.
    kubernetes_endpoint: str = ""
    kubernetes_authority: str = ""


class State:
    """All records of one tenancy, by kind and id."""

    def __init__(self, tenancy: Tenancy, *, speed: float = 1.0) -> None:
        self.tenancy = tenancy
        self.clock = Clock(speed)
        self.tables: dict[str, dict[str, Record]] = defaultdict(dict)
        self.faults: list[Fault] = []
        self.never_ready: set[str] = set()  # instances whose kubelet does not come up
        self.calls: list[tuple[str, str, str]] = []
        self._pending: list[tuple[datetime, Callable[[], None]]] = []
        self.root = self.identifier("tenancy", regional=False)
        self.user = self.identifier("user", regional=False)

    # --- records -----------------------------------------------------------------------------------------------

    def identifier(self, kind: str, *, regional: bool = True) -> str:
        region = self.tenancy.region if regional else ""
        return f"ocid1.{kind}.oc1.{region}.{secrets.token_hex(15)}"

    def now(self) -> str:
        return self.clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def add(self, kind: str, **fields: Any) -> Record:
        record = {
            "id": self.identifier(kind), "lifecycleState": "ACTIVE", "timeCreated": self.now(),
            "freeformTags": {}, "definedTags": {}, **fields, "_kind": kind,
        }  # fmt: skip
        touch(record)
        self.tables[kind][record["id"]] = record
        return record

    def get(self, kind: str, identifier: str) -> Record:
        if (record := self.tables[kind].get(identifier)) is None:
            raise not_found(f"{kind} {identifier}")
        return record

    def alive(self, kind: str, **fields: Any) -> list[Record]:
        """Those that are not deleted and have these values."""
        found = [record for record in self.tables[kind].values() if record.get("lifecycleState") not in DEAD]
        return [record for record in found if all(record.get(name) == value for name, value in fields.items())]

    def compartment(self, identifier: str | None) -> str:
        """A compartment that exists, or the tenancy itself."""
        if identifier != self.root:
            self.get("compartment", identifier or "")
        assert identifier
        return identifier

    # --- time --------------------------------------------------------------------------------------------------

    def after(self, seconds: float, what: Callable[[], None]) -> None:
        self._pending.append((self.clock.now() + timedelta(seconds=seconds), what))

    def settle(self) -> None:
        """Let happen what is due by now, in its order; what it leads to may be due as well."""
        while due := sorted((item for item in self._pending if item[0] <= self.clock.now()), key=lambda item: item[0]):
            self._pending.remove(due[0])
            due[0][1]()


def touch(record: Record) -> None:
    record["_etag"] = secrets.token_hex(8)


def change(request: Request, record: Record, details: Record) -> None:
    """Update a record in place; with If-Match only when nobody else has done so meanwhile."""
    if (expected := request.headers.get("if-match")) not in (None, record["_etag"]):
        raise ApiError(412, "NoEtagMatch", f"The etag is {record['_etag']}, not {expected}.")
    record.update(details)
    touch(record)


def answer(record: Any, status: int = 200, **headers: str) -> JSONResponse:
    """A record as its service shows it."""
    etag = {"etag": record["_etag"]} if isinstance(record, dict) and "_etag" in record else {}
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    return JSONResponse(public(record), status, headers={**etag, **headers})


def accepted(state: State, record: Record, action: str) -> Response:
    """The answer of a service that does things in work requests; `action`, such as CREATED, is done at once."""
    if action == "DELETED":
        record["lifecycleState"] = "DELETED"
    kind = record["_kind"]
    resource = {"entityType": kind, "actionType": action, "identifier": record["id"]}
    request = state.add(
        "servicerequest", compartmentId=record["compartmentId"], operationType=f"{action}_{kind}".upper(),
        status="SUCCEEDED", resources=[resource], percentComplete=100.0, timeAccepted=state.now(),
    )  # fmt: skip
    return Response(status_code=202, headers={"opc-work-request-id": request["id"]})


def public(record: Any) -> Any:
    if isinstance(record, dict):
        return {key: public(value) for key, value in record.items() if not key.startswith("_")}
    return [public(item) for item in record] if isinstance(record, list) else record


def page(request: Request, records: Iterable[Record], *, collection: bool = False, size: int = 3) -> JSONResponse:
    """The records that the query asks for; in small pages, so that clients must follow them."""
    query = {name: value for name, value in request.query_params.items() if name not in _NOT_A_FILTER}
    found = [record for record in records if all(_matches(record, name, value) for name, value in query.items())]
    size = min(int(request.query_params.get("limit", size)), size)
    start = int(request.query_params.get("page", 0))
    shown = [public(record) for record in found[start : start + size]]
    headers = {"opc-next-page": str(start + size)} if start + size < len(found) else {}
    return JSONResponse({"items": shown} if collection else shown, headers=headers)


def _matches(record: Record, name: str, value: str) -> bool:
    return name not in record or str(record[name]).lower() == value.lower()
