"""The module secrets_kubernetes, against an API server that knows Secrets only."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import yaml

from tests.plugins.support import Result, run_module

OURS = "todochat.platform"
DATABASE = {"secret_name": "postgres-secrets", "host": "postgres", "port": 5432, "name": "tododb", "user": "todouser"}


class Api(ThreadingHTTPServer):
    """A namespace's Secrets, by name; `writes` are the methods that changed one."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.secrets: dict[str, dict[str, Any]] = {}
        self.writes: list[str] = []
        self.refuses: dict[str, int] = {}

    def put(self, name: str, values: dict[str, str], labels: dict[str, str] | None = None) -> None:
        data = {key: base64.b64encode(value.encode()).decode() for key, value in values.items()}
        version = str(
            int(self.secrets.get(name, {"metadata": {"resourceVersion": "0"}})["metadata"]["resourceVersion"]) + 1
        )
        metadata = {"name": name, "namespace": "todochat", "labels": labels or {}, "resourceVersion": version}
        self.secrets[name] = {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": metadata,
            "type": "Opaque",
            "data": data,
        }

    def values(self, name: str) -> dict[str, str]:
        return {key: base64.b64decode(value).decode() for key, value in self.secrets[name]["data"].items()}

    def owner(self, name: str) -> str | None:
        owner: str | None = self.secrets[name]["metadata"]["labels"].get("app.kubernetes.io/managed-by")
        return owner


class Handler(BaseHTTPRequestHandler):
    server: Api

    def log_message(self, *_: Any) -> None:
        pass

    def answer(self, status: int, body: Any) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def handle_request(self) -> None:
        path, _, query = self.path.partition("?")
        name = path.removeprefix("/api/v1/namespaces/todochat/secrets").strip("/")
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or "{}")
        if self.command in self.server.refuses:
            self.answer(self.server.refuses[self.command], {"kind": "Status", "message": json.dumps(body)})
        elif self.command == "GET" and not name:
            assert "app.kubernetes.io/component=secrets" in unquote(query)
            self.answer(
                200, {"items": [s for s in self.server.secrets.values() if self.server.owner(s["metadata"]["name"])]}
            )
        elif self.command in ("GET", "DELETE", "PUT") and name not in self.server.secrets:
            self.answer(404, {"kind": "Status"})
        elif self.command == "GET":
            self.answer(200, self.server.secrets[name])
        else:
            self.server.writes.append(f"{self.command} {name or body['metadata']['name']}")
            if self.command == "DELETE":
                del self.server.secrets[name]
                self.answer(200, {"kind": "Status"})
            else:
                if self.command == "PUT":
                    assert (
                        body["metadata"]["resourceVersion"] == self.server.secrets[name]["metadata"]["resourceVersion"]
                    )
                self.server.put(body["metadata"]["name"], body["stringData"], body["metadata"]["labels"])
                self.answer(200, self.server.secrets[body["metadata"]["name"]])


for _method in ("GET", "POST", "PUT", "DELETE"):
    setattr(Handler, f"do_{_method}", Handler.handle_request)


@pytest.fixture
def api() -> Iterator[Api]:
    server = Api()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def parameters(api: Api, tmp_path: Path) -> dict[str, Any]:
    kubeconfig = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "c", "cluster": {"server": f"http://127.0.0.1:{api.server_address[1]}"}}],
        "users": [{"name": "u", "user": {}}],
        "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}],
        "current-context": "c",
    }
    (tmp_path / "kubeconfig").write_text(yaml.safe_dump(kubeconfig))
    api.put("postgres-passwords", {"app-password": "p@ss/w:rd"})
    return {
        "namespace": "todochat",
        "kubeconfig": str(tmp_path / "kubeconfig"),
        "values": {"llm-secrets": {"api-key": "sk-given"}, "smtp-secrets": {"username": "", "password": ""}},
        "generate": {"jwt-secrets": {"private-key": "ed25519"}, "dapr-api-token": {"token": "token"}},
        "database": DATABASE,
        "database_password_secret": {"name": "postgres-passwords", "key": "app-password"},
        "required": ["postgres-secrets", "jwt-secrets"],
    }


def keep(parameters: dict[str, Any], **modes: Any) -> Result:
    return run_module("secrets_kubernetes", **parameters, **modes)


def everything(api: Api) -> dict[str, dict[str, str]]:
    return {name: api.values(name) for name in api.secrets}


def test_the_first_run_makes_everything(api: Api, parameters: dict[str, Any]) -> None:
    result = keep(parameters)

    assert result["changed"]
    made = {"postgres-secrets", "llm-secrets", "jwt-secrets", "dapr-api-token"}
    assert {name for name in api.secrets if api.owner(name) == OURS} == made
    assert api.values("postgres-secrets")["connection-string"] == (
        "postgresql://todouser:p%40ss%2Fw%3Ard@postgres:5432/tododb?sslmode=disable"
    )
    assert api.values("jwt-secrets")["private-key"].startswith("-----BEGIN PRIVATE")
    assert result["names"].keys() == made


def test_the_second_run_writes_nothing(api: Api, parameters: dict[str, Any]) -> None:
    keep(parameters)
    before, api.writes = everything(api), []

    assert not keep(parameters)["changed"]
    assert (everything(api), api.writes) == (before, [])


def test_check_mode_writes_nothing(api: Api, parameters: dict[str, Any]) -> None:
    del api.secrets["postgres-passwords"]  # as in a namespace where the database is still to be made

    assert keep(parameters, check=True)["changed"]
    assert api.writes == []


def test_another_value_is_written_and_no_other(api: Api, parameters: dict[str, Any]) -> None:
    keep(parameters)
    api.writes = []
    parameters["values"]["llm-secrets"] = {"api-key": "sk-other"}

    result = keep(parameters, diff=True)
    assert api.writes == ["PUT llm-secrets"]
    assert api.values("llm-secrets") == {"api-key": "sk-other"}
    assert "llm-secrets/api-key: (secret)" in result["diff"]["after"]
    assert "jwt-secrets/private-key: (unchanged)" in result["diff"]["after"]
    secret = {value for name in ("llm-secrets", "jwt-secrets", "dapr-api-token") for value in api.values(name).values()}
    assert not [value for value in secret if value in json.dumps(result["diff"])]


def test_what_is_no_longer_given_goes(api: Api, parameters: dict[str, Any]) -> None:
    keep(parameters)
    api.writes = []

    assert keep({**parameters, "values": {}})["changed"]
    assert api.writes == ["DELETE llm-secrets"]


def test_a_rotated_secret_is_made_anew_and_no_other(api: Api, parameters: dict[str, Any]) -> None:
    keep(parameters)
    before, api.writes = everything(api), []

    assert keep({**parameters, "rotate": ["dapr-api-token"]})["changed"]
    assert api.writes == ["PUT dapr-api-token"]
    assert api.values("dapr-api-token") != before["dapr-api-token"]


def test_a_secret_of_somebody_else_stands_in(api: Api, parameters: dict[str, Any]) -> None:
    api.put("jwt-secrets", {"private-key": "theirs", "more": "x"})
    api.put("kafka-secrets", {"username": "u", "password": "p"})

    keep({**parameters, "required": ["kafka-secrets"]})
    assert api.values("jwt-secrets") == {"private-key": "theirs", "more": "x"}
    assert "POST jwt-secrets" not in api.writes
    assert "kafka-secrets" in api.secrets


def test_a_secret_of_somebody_else_is_not_written(api: Api, parameters: dict[str, Any]) -> None:
    api.put("llm-secrets", {"api-key": "theirs"})

    message = keep(parameters, fails=True)["msg"]
    assert "llm-secrets in the namespace todochat was not made by this platform" in message
    assert "theirs" not in message
    assert "sk-given" not in message
    assert api.writes == []


def test_no_password_of_the_database(api: Api, parameters: dict[str, Any]) -> None:
    del api.secrets["postgres-passwords"]

    assert "no Secret postgres-passwords with a key app-password" in keep(parameters, fails=True)["msg"]


def test_a_required_secret_that_nobody_gave(api: Api, parameters: dict[str, Any]) -> None:
    assert "kafka-secrets" in keep({**parameters, "required": ["kafka-secrets"]}, fails=True)["msg"]
    assert api.writes == []


@pytest.mark.parametrize(("method", "status"), [("GET", 403), ("POST", 403), ("POST", 409)])
def test_a_refusal_is_told_without_a_value(api: Api, parameters: dict[str, Any], method: str, status: int) -> None:
    api.refuses = {method: status}

    message = keep(parameters, fails=True)["msg"]
    assert "todochat" in message
    assert "sk-given" not in message


def test_nobody_answers(api: Api, parameters: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "kubeconfig"
    file.write_text(file.read_text().replace(str(api.server_address[1]), "9"))

    assert "does not answer" in keep(parameters, fails=True)["msg"]


def test_no_kubeconfig(parameters: dict[str, Any]) -> None:
    assert "kubeconfig cannot be used" in keep({**parameters, "kubeconfig": "/nowhere"}, fails=True)["msg"]
