"""Oracle Cloud Infrastructure on loopback: as much of it as the role oke_cluster uses.

Clients come through an HTTPS proxy and trust its authority; nothing else about them is different:

    with Emulator(directory) as oracle:
        subprocess.run(["ansible-playbook", ...], env={**os.environ, **oracle.environment})
        assert oracle.state.alive("cluster")
"""

from __future__ import annotations

import asyncio
import base64
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import TracebackType
from typing import Any

import uvicorn
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from starlette.routing import Host

from tests.oci.emulator import (
    artifacts,
    budgets,
    compute,
    connectors,
    container_engine,
    identity,
    kubernetes,
    limits,
    load_balancers,
    logging,
    monitoring,
    network,
    notifications,
    object_storage,
    policies,
    signature,
)
from tests.oci.emulator.proxy import Proxy
from tests.oci.emulator.state import ApiError, Fault, State, Tenancy
from tests.support.certificates import Authority, Identity

__all__ = ["Emulator", "Fault", "State", "Tenancy"]

# What answers at which host; where paths overlap, the first that has it.
_SERVICES: list[tuple[str, Callable[[State], Any]]] = [
    (identity.HOST, identity.router),
    (policies.HOST, policies.router),
    (compute.HOST, compute.router),
    (load_balancers.HOST, load_balancers.router),
    (network.HOST, network.router),
    (load_balancers.NETWORK_HOST, load_balancers.network_router),
    (container_engine.HOST, container_engine.router),
    (limits.HOST, limits.router),
    (budgets.HOST, budgets.router),
    (artifacts.HOST, artifacts.router),
    (notifications.HOST, notifications.router),
    (monitoring.HOST, monitoring.router),
    (logging.HOST, logging.router),
    (connectors.HOST, connectors.router),
    (object_storage.HOST, object_storage.router),
]


class Emulator:
    """One tenancy. It can be looked at and changed through `state` while clients use it."""

    def __init__(self, directory: Path, tenancy: Tenancy | None = None, *, speed: float = 1.0) -> None:
        self.state = State(tenancy or Tenancy(), speed=speed)
        self._directory = directory
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self.proxy: Proxy
        self.environment: dict[str, str] = {}

    # --- running -----------------------------------------------------------------------------------------------

    def __enter__(self) -> Emulator:
        region = self.state.tenancy.region
        hosts = ("*.{}.oci.oraclecloud.com", "*.{}.oraclecloud.com")
        authority = Authority.create(self._directory / "authority")
        oracle_identity = authority.issue(
            "oracle", self._directory / "oracle", host=[host.format(region) for host in hosts]
        )
        node_api = authority.issue("kubernetes", self._directory / "kubernetes")
        servers = [_server(self._app(), oracle_identity), _server(self._cluster_app(), node_api)]
        started = threading.Event()

        async def run() -> None:
            serving = [asyncio.create_task(server.serve()) for server in servers]
            while not all(server.started for server in servers):
                await asyncio.sleep(0.01)
            oracle, kubernetes_port = (server.servers[0].sockets[0].getsockname()[1] for server in servers)
            if not self.state.tenancy.kubernetes_endpoint:
                self.state.tenancy.kubernetes_endpoint = f"127.0.0.1:{kubernetes_port}"
                self.state.tenancy.kubernetes_authority = base64.b64encode(authority.certificate.read_bytes()).decode()
            self.proxy = Proxy(oracle)
            tunnel = await self.proxy.serve()
            self.environment = self._client_files(authority.certificate, tunnel.sockets[0].getsockname()[1])
            started.set()
            await self._stop.wait()
            tunnel.close()
            for server in servers:
                server.force_exit = server.should_exit = True
            await asyncio.gather(*serving)
            self.proxy.hang_up()
            if tunnels := asyncio.all_tasks() - {asyncio.current_task()}:
                await asyncio.wait(tunnels, timeout=2)

        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(run(),), daemon=True)
        self._thread.start()
        if not started.wait(30):
            raise TimeoutError("the emulator has not started")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)
        self._loop.close()

    def _client_files(self, authority: Path, proxy_port: int) -> dict[str, str]:
        """The OCI configuration of a user, and the environment that leads clients here."""
        key, config = self._directory / "api_key.pem", self._directory / "config"
        key.write_bytes(
            self._key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        key.chmod(0o600)
        config.write_text(
            f"[DEFAULT]\nuser={self.state.user}\ntenancy={self.state.root}\nregion={self.state.tenancy.region}\n"
            f"fingerprint={self._fingerprint()}\nkey_file={key}\n"
        )
        config.chmod(0o600)
        return {
            "OCI_CONFIG_FILE": str(config),
            "HTTPS_PROXY": f"http://127.0.0.1:{proxy_port}",
            "NO_PROXY": "127.0.0.1,localhost",
            "REQUESTS_CA_BUNDLE": str(authority),
        }

    def _fingerprint(self) -> str:
        public = self._key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        digest = hashes.Hash(hashes.MD5())
        digest.update(public)
        return digest.finalize().hex(":")

    def _key_id(self) -> str:
        return f"{self.state.root}/{self.state.user}/{self._fingerprint()}"

    # --- answering ---------------------------------------------------------------------------------------------

    def _cluster_app(self) -> FastAPI:
        return kubernetes.app(self.state, self._key_id(), self._key.public_key())

    def _app(self) -> FastAPI:
        main = FastAPI(openapi_url=None)
        by_host: dict[str, FastAPI] = {}
        for host, router in _SERVICES:
            name = f"{host.format(region=self.state.tenancy.region)}.oraclecloud.com"
            by_host.setdefault(name, FastAPI(openapi_url=None)).include_router(router(self.state))
        for name, app in by_host.items():
            app.add_exception_handler(ApiError, _refusal)
            main.router.routes.append(Host(name, app=app))

        @main.middleware("http")
        async def outside(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
            """What all services do first: count, fail when told to, let time pass and check who asks."""
            service, path = request.url.hostname or "", request.url.path
            service = service.split(".")[0]
            self.state.calls.append((service, request.method, path))
            self.state.settle()
            for fault in self.state.faults:
                if fault.hits(service, request.method, path):
                    fault.times -= 1
                    if fault.status == 0:
                        raise ConnectionResetError
                    return _refusal(request, ApiError(fault.status, fault.code, fault.message))
            try:
                signature.check(request, await request.body(), self._key_id(), self._key.public_key())
            except ApiError as error:
                return _refusal(request, error)
            response = await call_next(request)
            response.headers["opc-request-id"] = f"{len(self.state.calls):032X}"
            return response

        return main


def _server(app: FastAPI, identity: Identity) -> uvicorn.Server:
    config = uvicorn.Config(
        app, host="127.0.0.1", port=0, log_level="warning", lifespan="off",
        ssl_certfile=str(identity.certificate), ssl_keyfile=str(identity.key),
    )  # fmt: skip
    return uvicorn.Server(config)


def _refusal(request: Request, error: Exception) -> Response:
    assert isinstance(error, ApiError)
    return JSONResponse({"code": error.code, "message": error.message}, error.status)
