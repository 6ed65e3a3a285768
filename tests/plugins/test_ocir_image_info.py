"""The module ocir_image_info against a real registry, and against what only others do."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from joserfc import jwt
from joserfc.jwk import ECKey

from tests.plugins.support import Result, run_module
from tests.support import registry
from tests.support.certificates import Authority
from tests.support.registry import Registry, start_registry

USER, PASSWORD = "namespace/me@example.com", "an-auth-token"
# The same password, as htpasswd -B writes it.
HTPASSWD = f"{USER}:$2b$04$5JPBya891FjAirhejiTzyOfEZ3bti1EKb2XvQHbVrLUZL/7CQmVYO\n"

live = pytest.mark.skipif(
    registry.PROGRAM is None,
    reason="!! SKIPPED: a real container registry. It is not here: apt-get install docker-registry",
)


@pytest.fixture(autouse=True)
def _nobody_is_logged_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("DOCKER_CONFIG", "XDG_RUNTIME_DIR", "REGISTRY_AUTH_FILE"):
        monkeypatch.setenv(variable, str(tmp_path))


def look(*images: str, **options: Any) -> Result:
    return run_module("ocir_image_info", images=list(images), **{"insecure": True, "timeout": 20, **options})


# --- a real registry ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("registry")


@pytest.fixture(scope="module")
def plain(directory: Path) -> Iterator[Registry]:
    """Without users: what the tests push into. app:multi is for two processors, app:amd64 for one."""
    with start_registry(directory / "storage") as running:
        amd64 = running.image("todo/app", architecture="amd64", created="2026-11-02T00:00:00Z", layers=(b"1234",))
        arm64 = running.image("todo/app", architecture="arm64", variant="v8", layers=(b"12", b"345678"))
        how = running.image("todo/app", architecture="unknown", os="unknown")
        running.index(
            "todo/app",
            "multi",
            [
                {"digest": amd64, "platform": {"os": "linux", "architecture": "amd64"}},
                {"digest": arm64, "platform": {"os": "linux", "architecture": "arm64", "variant": "v8"}},
                {"digest": how, "platform": {"os": "unknown", "architecture": "unknown"}},
            ],
        )
        running.image("todo/app", architecture="amd64", tag="amd64")
        yield running


@live
def test_an_image_for_several_processors(plain: Registry) -> None:
    image = f"{plain.host}/todo/app:multi"

    result = look(image, required_architectures=["arm64", "amd64"])

    found = result["images"][image]
    assert not result["changed"]
    assert found["exists"]
    assert found["digest"].startswith("sha256:")
    assert found["created"] == "2026-11-02T00:00:00Z"
    assert found["architectures"] == ["amd64", "arm64"]
    assert [(each["architecture"], each["variant"], each["size"]) for each in found["platforms"]] == [
        ("amd64", "", 4),
        ("arm64", "v8", 8),
    ]


@live
@pytest.mark.parametrize("kind", [registry.MANIFEST, registry.DOCKER_MANIFEST])
def test_an_image_for_one_processor_of_either_format(plain: Registry, kind: str) -> None:
    digest = plain.image("todo/one", kind=kind, tag="1")
    image = f"{plain.host}/todo/one:1"

    found = look(image, check=True)["images"][image]

    assert found["digest"] == digest == found["platforms"][0]["digest"]
    assert found["architectures"] == ["arm64"]


@live
def test_dockers_own_list_and_a_digest(plain: Registry) -> None:
    child = plain.image("todo/list", kind=registry.DOCKER_MANIFEST)
    digest = plain.index(
        "todo/list",
        "1",
        [
            {
                "digest": child,
                "mediaType": registry.DOCKER_MANIFEST,
                "platform": {"os": "linux", "architecture": "arm64"},
            }
        ],
        kind=registry.DOCKER_LIST,
    )
    image = f"{plain.host}/todo/list:1@{digest}"

    assert look(image)["images"][image]["digest"] == digest


@live
def test_all_that_is_wrong_is_said_at_once_with_the_way_out(plain: Registry) -> None:
    images = [f"{plain.host}/todo/app:{tag}" for tag in ("multi", "amd64", "never")]

    result = look(*images, required_architectures=["arm64"], build_command="make images", fails=True)

    assert result["msg"].splitlines() == [
        f"{images[1]}: not for arm64; it is for amd64.",
        f"{images[2]}: {plain.host} has no such image, or hides it from this user.",
        "This builds them: make images",
    ]
    assert [result["images"][image]["exists"] for image in images] == [True, True, False]


@live
def test_what_may_be_missing(plain: Registry) -> None:
    image = f"{plain.host}/nobody/nothing:1"

    assert look(image, missing_ok=True, required_architectures=["arm64"])["images"] == {image: {"exists": False}}


@live
def test_what_is_no_image(plain: Registry) -> None:
    chart = plain.image("todo/chart", tag="1", architecture=None)
    plain.put("todo/chart", {"schemaVersion": 2, "mediaType": registry.INDEX, "manifests": []}, "empty")

    images = [f"{plain.host}/todo/chart:1", f"{plain.host}/todo/chart:empty"]
    result = look(*images, required_architectures=["arm64"], fails=True)

    assert f"{chart} is no image but" in result["msg"]
    assert "not for arm64; it is for no Linux" in result["msg"]


@live
def test_users_of_a_registry_with_passwords(plain: Registry, directory: Path) -> None:
    (directory / "htpasswd").write_text(HTPASSWD)
    basic = {"htpasswd": {"realm": "test", "path": str(directory / "htpasswd")}}
    with start_registry(directory / "storage", auth=basic) as guarded:
        image = f"{guarded.host}/todo/app:multi"

        assert look(image, username=USER, password=PASSWORD)["images"][image]["exists"]
        assert "to known users only: log in" in look(image, fails=True)["msg"]
        wrong = look(image, username=USER, password="wrong-password", fails=True)
        assert f"does not accept the user {USER}" in wrong["msg"]
        assert "wrong-password" not in json.dumps(wrong)
        # Not there and not asked are different things.
        assert look(image, missing_ok=True, fails=True)["images"] == {}


@live
def test_who_has_logged_in_need_not_say_so(plain: Registry, directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (directory / "htpasswd").write_text(HTPASSWD)
    basic = {"htpasswd": {"realm": "test", "path": str(directory / "htpasswd")}}
    with start_registry(directory / "storage", auth=basic) as guarded:
        login = {"auth": base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()}
        (directory / "config.json").write_text(json.dumps({"auths": {"ghcr.io": {}, guarded.host: login}}))
        monkeypatch.setenv("DOCKER_CONFIG", str(directory))
        image = f"{guarded.host}/todo/app:multi"

        assert look(image)["images"][image]["exists"]


@live
def test_tls(plain: Registry, directory: Path) -> None:
    authority = Authority.create(directory / "authority")
    identity = authority.issue("registry", directory / "identity")
    with start_registry(directory / "storage", identity) as guarded:
        image = f"{guarded.host}/todo/app:multi"

        assert look(image, insecure=False, ca_file=str(authority.certificate))["images"][image]["exists"]
        untrusted = look(image, insecure=False, fails=True)["msg"]
        assert "is not trusted" in untrusted
        assert "ca_file" in untrusted
        no_file = look(image, insecure=False, ca_file=str(directory / "nothing.pem"), fails=True)["msg"]
        assert "is not the certificate of an authority" in no_file


@live
def test_tokens(plain: Registry, directory: Path) -> None:
    """What ghcr.io and Oracle's registry do: a token for each repository, from a server that knows the user."""
    identity = Authority.create(directory / "tokens").issue("tokens", directory / "signer")
    with ExitStack() as stack:
        tokens = stack.enter_context(serving(lambda request: token_answer(request, identity.key, identity.certificate)))
        auth = {
            "token": {
                "realm": f"{tokens.url}/token",
                "service": "registry",
                "issuer": "test",
                "rootcertbundle": str(directory / "tokens" / "ca.pem"),
            }
        }
        guarded = stack.enter_context(start_registry(directory / "storage", auth=auth))
        images = [f"{guarded.host}/todo/app:{tag}" for tag in ("multi", "amd64")]

        result = look(*images, username=USER, password=PASSWORD)
        refused = look(*images, username=USER, password="wrong", fails=True)["msg"]

    assert all(result["images"][image]["exists"] for image in images)
    assert {parse_query(path)["scope"] for path, _ in tokens.requests} == {"repository:todo/app:pull"}
    assert refused.count("does not accept the user") == 2


def token_answer(request: Request, key: Path, certificate: Path) -> Answer:
    path, headers = request
    if headers.get("authorization") != "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode():
        return 401, {}, b"{}"
    query = parse_query(path)
    _, name, actions = query["scope"].split(":")
    der = x509.load_pem_x509_certificate(certificate.read_bytes()).public_bytes(Encoding.DER)
    now = int(time.time())
    claims = {
        "iss": "test", "aud": query["service"], "sub": USER, "nbf": now - 60, "iat": now, "exp": now + 60, "jti": "1",
        "access": [{"type": "repository", "name": name, "actions": actions.split(",")}],
    }  # fmt: skip
    header = {"alg": "ES256", "typ": "JWT", "x5c": [base64.b64encode(der).decode()]}
    token = jwt.encode(header, claims, ECKey.import_key(key.read_bytes()))
    return 200, {}, json.dumps({"token": token}).encode()


# --- what a local registry does not do ---------------------------------------------------------------------------

Request = tuple[str, dict[str, str]]
Answer = tuple[int, dict[str, str], bytes]


class Scripted(ThreadingHTTPServer):
    def __init__(self, answer: Callable[[Request], Answer]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answer = answer
        self.requests: list[Request] = []
        self.host = f"127.0.0.1:{self.server_port}"
        self.url = f"http://{self.host}"

    def __enter__(self) -> Scripted:
        self.thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.thread.join()
        self.server_close()


class Handler(BaseHTTPRequestHandler):
    server: Scripted

    def do_GET(self) -> None:
        request = (self.path, {name.lower(): value for name, value in self.headers.items()})
        self.server.requests.append(request)
        status, headers, body = self.server.answer(request)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


serving = Scripted

CONFIG = json.dumps({"architecture": "arm64", "os": "linux"}).encode()
CONFIG_DIGEST = "sha256:" + hashlib.sha256(CONFIG).hexdigest()
MANIFEST = json.dumps({"config": {"digest": CONFIG_DIGEST}, "layers": [{"size": 7}]}).encode()


def parse_query(path: str) -> dict[str, str]:
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(path).query))


def test_oracles_challenge_has_an_empty_scope() -> None:
    """As jupyterhub/binderhub#1586 quotes it: the realm is below the tenancy's path."""

    def answer(request: Request) -> Answer:
        path, headers = request
        if path.startswith("/12345678/docker/token"):
            return 200, {}, b'{"token": "of-oracle"}'
        if headers.get("authorization") != "Bearer of-oracle":
            challenge = f'Bearer realm="{oracle.url}/12345678/docker/token",service="fra.ocir.io",scope=""'
            return 401, {"WWW-Authenticate": challenge}, b""
        return 200, {}, MANIFEST if "manifests" in path else CONFIG

    with serving(answer) as oracle:
        image = f"{oracle.host}/namespace/todochat/app:1"
        found = look(image, username=USER, password=PASSWORD)["images"][image]

    assert found["architectures"] == ["arm64"]
    [question] = [parse_query(path) for path, _ in oracle.requests if "token" in path]
    assert question == {"service": "fra.ocir.io", "scope": "repository:namespace/todochat/app:pull"}


def test_blobs_elsewhere_do_not_get_the_password() -> None:
    def answer(request: Request) -> Answer:
        path, headers = request
        if "authorization" not in headers:
            return 401, {"WWW-Authenticate": 'Basic realm="x"'}, b""
        if "blobs" in path:
            return 307, {"Location": f"{storage.url}/blob"}, b""
        return 200, {}, MANIFEST

    with serving(lambda _: (200, {}, CONFIG)) as storage, serving(answer) as home:
        look(f"{home.host}/app:1", username="me", password=PASSWORD)

    [(_, headers)] = storage.requests
    assert "authorization" not in headers


def test_a_busy_registry_is_asked_again() -> None:
    answers = [(429, {"Retry-After": "0"}, b""), (503, {}, b""), (200, {}, MANIFEST), (200, {}, CONFIG)]
    with serving(lambda _: answers.pop(0)) as busy:
        image = f"{busy.host}/app:1"
        assert look(image)["images"][image]["platforms"][0]["size"] == 7


def test_passwords_go_only_where_tls_protects_them(tmp_path: Path) -> None:
    """A registry behind TLS that wants them sent without."""
    from ansible_collections.todochat.platform.plugins.module_utils import container_registry as module

    reference = module.Reference.parse("fra.ocir.io/app:1")
    repository = module.Repository(reference, module.Access(USER, PASSWORD))
    with pytest.raises(module.RegistryError, match="not protected by TLS"):
        repository._authorize(headers_of('Bearer realm="http://fra.ocir.io/token"'))


def headers_of(challenge: str) -> Any:
    from email.message import Message

    message = Message()
    message["WWW-Authenticate"] = challenge
    return message


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ((200, {}, b"<html>"), "is not JSON. Is it a registry?"),
        ((200, {"Docker-Content-Digest": "sha256:" + "0" * 64}, MANIFEST), "broken on its way"),
        ((200, {}, b"{}"), "is no image: it has no configuration"),
        ((400, {}, b"bad name"), "answers 400 Bad Request: bad name"),
        ((403, {}, b""), "to known users only"),
        ((401, {"WWW-Authenticate": "Negotiate"}, b""), "to known users only"),
        ((200, {}, b" " * (4 * 1024 * 1024 + 1)), "too large"),
    ],
)
def test_odd_answers(answer: Answer, message: str) -> None:
    with serving(lambda _: answer) as odd:
        assert message in look(f"{odd.host}/app:1", fails=True)["msg"]


def test_nobody_there() -> None:
    assert "127.0.0.1:9 does not answer" in look("127.0.0.1:9/app:1", fails=True)["msg"]


def test_a_user_is_not_shown_to_other_registries() -> None:
    result = look("a.example/app:1", "b.example/app:1", username=USER, password=PASSWORD, fails=True)

    assert result["msg"] == "A user is of one registry, these are several: a.example, b.example."


@pytest.mark.parametrize("image", ["postgres:18", "library/postgres:18", "ghcr.io/Todo/app", "ghcr.io/a:b:c", "", "x/"])
def test_short_and_wrong_names(image: str) -> None:
    assert "is not an image's full name" in look(image, fails=True)["msg"]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("ghcr.io/todochat/app:1.0", ("ghcr.io", "todochat/app", "1.0", "")),
        ("localhost/app", ("localhost", "app", "latest", "")),
        ("[::1]:5000/a/b-c__d:x", ("[::1]:5000", "a/b-c__d", "x", "")),
        (f"fra.ocir.io/n/app@sha256:{'a' * 64}", ("fra.ocir.io", "n/app", "", f"sha256:{'a' * 64}")),
    ],
)
def test_full_names(text: str, parts: tuple[str, str, str, str]) -> None:
    from ansible_collections.todochat.platform.plugins.module_utils.container_registry import Reference

    assert Reference.parse(text) == Reference(*parts)


@pytest.mark.parametrize(
    ("header", "challenge"),
    [
        ('Basic realm="a \\"b\\""', ("basic", {"realm": 'a "b"'})),
        (
            'Bearer realm="https://x/token?a=b",service=y, scope="repository:a:pull,push"',
            ("bearer", {"realm": "https://x/token?a=b", "service": "y", "scope": "repository:a:pull,push"}),
        ),
        ("Negotiate", ("negotiate", {})),
    ],
)
def test_challenges(header: str, challenge: tuple[str, dict[str, str]]) -> None:
    from ansible_collections.todochat.platform.plugins.module_utils.container_registry import parse_challenge

    assert parse_challenge(header) == challenge
