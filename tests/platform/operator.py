"""What an operator does with the platform of one machine."""

import os
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from tests.support.playbooks import Playbooks
from tests.support.ports import free_ports

APP_IDS = ("todo-backend", "todo-worker", "todo-notification", "todo-recurring", "todo-analytics", "todo-frontend")
_PORT_VARIABLES = (
    "postgres_port",
    "redpanda_port",
    "redpanda_controller_port",
    "dapr_scheduler_port",
    "dapr_scheduler_healthz_port",
    "dapr_scheduler_metrics_port",
    "dapr_scheduler_etcd_client_port",
    "dapr_scheduler_etcd_peer_port",
)
_SERVICE_PORTS = ("port", "dapr_http_port", "dapr_grpc_port", "dapr_internal_port", "dapr_metrics_port")


@dataclass(slots=True, kw_only=True)
class Operator(Playbooks):
    """Runs the collection's playbooks on a directory and ports of its own, beside any other platform of the machine."""

    state: Path
    url: str
    ports: list[int]

    @classmethod
    def of_its_own(cls) -> "Operator":
        """An operator with free ports and a state directory that does not exist yet."""
        names = ["ingress", *_PORT_VARIABLES, *(f"{app_id} {port}" for app_id in APP_IDS for port in _SERVICE_PORTS)]
        ports = dict(zip(names, free_ports(len(names)), strict=True))
        services = [
            {"app_id": app_id, **{port: ports[f"{app_id} {port}"] for port in _SERVICE_PORTS}} for app_id in APP_IDS
        ]
        url = f"http://localhost:{ports['ingress']}"
        variables = {
            **{name: ports[name] for name in _PORT_VARIABLES},
            "todochat_public_url": url,
            "app_services": services,
            "ingress_tls_backend_upstreams": [f"127.0.0.1:{ports['todo-backend port']}"],
            "ingress_tls_frontend_upstreams": [f"127.0.0.1:{ports['todo-frontend port']}"],
        }
        name = f"todochat-{uuid4().hex[:8]}"
        if os.geteuid() == 0:
            variables["todochat_user"] = name
        state = Path("/var/tmp") / name
        return cls(
            inventory="local",
            variables=variables,
            environment={"TODOCHAT_STATE_DIR": str(state)},
            state=state,
            url=url,
            ports=list(ports.values()),
        )

    def processes(self) -> list[int]:
        """Process ids of everything that runs from the state directory."""
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and entry.name != str(os.getpid()):
                try:
                    command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                except OSError:
                    continue
                if f"{self.state}/" in command:
                    found.append(int(entry.name))
        return sorted(found)
