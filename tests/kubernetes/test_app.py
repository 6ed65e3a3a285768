"""The application on a cluster: installed, restarted for what it reads, undone when it does not come up, rolled back.

The tests run in the order in which they stand and share one namespace, with a database and a broker of its own.
"""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator

import pytest

from app.cli import APPLICATIONS
from tests.kubernetes.cluster import Namespace

BEFORE = ("playbooks/deploy.yml", "--tags", "postgres,redpanda,dapr,secrets,dapr_components")
DEPLOY = ("playbooks/deploy.yml", "--tags", "app")
NO_SUCH_TAG = "no-such-tag"


@pytest.fixture(scope="module")
def namespace(new_namespace: Callable[..., Namespace]) -> Iterator[Namespace]:
    namespace = new_namespace(app_helm_timeout=180)
    namespace.play(*BEFORE)
    yield namespace
    namespace.play("playbooks/teardown.yml", check=False)


def pods(namespace: Namespace) -> dict[str, set[str]]:
    """The pods of each application that are there and not about to leave."""
    found: dict[str, set[str]] = {name: set() for name in APPLICATIONS}
    for pod in namespace.objects("pods", "app.kubernetes.io/instance=todo"):
        name = pod["metadata"]["labels"]["app.kubernetes.io/name"]
        if name in found and "deletionTimestamp" not in pod["metadata"]:
            found[name].add(pod["metadata"]["name"])
    return found


def history(namespace: Namespace) -> list[dict[str, str]]:
    command = ["helm", "history", "todo", "--namespace", namespace.name, "--output", "json"]
    revisions: list[dict[str, str]] = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return revisions


def test_the_first_version_does_not_come_up_and_nothing_of_it_stays(namespace: Namespace) -> None:
    run = namespace.play(*DEPLOY, "-e", f"app_image_tag={NO_SUCH_TAG}", "-e", "app_helm_timeout=20", check=False)

    assert run.code != 0
    assert f"/app:{NO_SUCH_TAG}" in run.output
    assert "is removed again" in run.output
    assert namespace.objects("deployments", "app.kubernetes.io/instance=todo") == []


def test_every_pod_comes_up(namespace: Namespace) -> None:
    run = namespace.play(*DEPLOY)

    assert run.changed == 1
    assert all(pods(namespace).values())
    assert [revision["status"] for revision in history(namespace)] == ["deployed"]


def test_a_second_run_changes_nothing(namespace: Namespace) -> None:
    before = pods(namespace)

    assert namespace.play(*DEPLOY).changed == 0
    assert namespace.play(*DEPLOY, "--check").changed == 0
    assert {name: before[name] - pods(namespace)[name] for name in before} == {name: set() for name in before}


def test_the_services_answer_each_other(namespace: Namespace) -> None:
    command = ["helm", "test", "todo", "--namespace", namespace.name, "--timeout", "60s"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)

    assert done.returncode == 0, done.stdout + done.stderr


def test_every_container_is_restricted_the_sidecars_too(namespace: Namespace) -> None:
    for pod in namespace.objects("pods", "app.kubernetes.io/instance=todo"):
        names = {container["name"] for container in pod["spec"]["containers"]}
        assert "daprd" in names, pod["metadata"]["name"]
        for container in pod["spec"]["containers"]:
            context = container["securityContext"]
            assert context["allowPrivilegeEscalation"] is False
            assert context["readOnlyRootFilesystem"] is True
            assert context["capabilities"]["drop"] == ["ALL"]
            assert container["resources"]["limits"].keys() == {"cpu", "memory"}


def test_an_account_reads_its_own_secrets_by_name_and_lists_none(namespace: Namespace) -> None:
    def may(account: str, verb: str, resource: str) -> bool:
        subject = f"system:serviceaccount:{namespace.name}:{account}"
        return namespace.kubectl("auth", "can-i", verb, resource, "--as", subject, check=False).strip() == "yes"

    assert may("todo-backend", "get", "secrets/jwt-secrets")
    assert may("todo-worker", "get", "secrets/postgres-secrets")
    assert not may("todo-worker", "get", "secrets/jwt-secrets")
    assert not may("todo-backend", "get", "secrets/postgres-passwords")
    for account in APPLICATIONS:
        assert not may(account, "list", "secrets")
        assert not may(account, "get", "pods")


def test_the_application_has_no_kubernetes_token(namespace: Namespace) -> None:
    code = "import os; print(os.path.exists('/var/run/secrets/kubernetes.io'))"
    for name in APPLICATIONS:
        answer = namespace.kubectl("exec", f"deploy/{name}", "-c", name, "--", "python", "-c", code)
        assert answer.strip() == "False"


def test_a_changed_secret_restarts_who_reads_it(namespace: Namespace) -> None:
    before = pods(namespace)
    namespace.kubectl("create", "secret", "generic", "smtp-secrets", "--from-literal=username=x")

    assert namespace.play(*DEPLOY).changed == 1
    after = pods(namespace)
    assert not before["todo-notification"] & after["todo-notification"]
    assert all(before[name] & after[name] for name in before if name != "todo-notification")


def test_a_version_that_does_not_come_up_is_undone(namespace: Namespace) -> None:
    before = pods(namespace)
    run = namespace.play(*DEPLOY, "-e", f"app_image_tag={NO_SUCH_TAG}", "-e", "app_helm_timeout=20", check=False)

    assert run.code != 0
    assert f"/app:{NO_SUCH_TAG}" in run.output
    assert "is back" in run.output
    assert history(namespace)[-1]["status"] == "deployed"
    assert all(before[name] & pods(namespace)[name] for name in before)
    assert namespace.play(*DEPLOY).changed == 0


def test_after_a_killed_upgrade_the_next_run_converges(namespace: Namespace) -> None:
    chart = ("charts/todo", "--namespace", namespace.name, "--reuse-values", "--no-hooks", "--wait", "--timeout=5m")
    upgrade = subprocess.Popen(["helm", "upgrade", "todo", *chart, "--set", f"image.tag={NO_SUCH_TAG}"])
    deadline = time.monotonic() + 30
    while history(namespace)[-1]["status"] != "pending-upgrade" and time.monotonic() < deadline:
        time.sleep(0.2)
    os.kill(upgrade.pid, signal.SIGKILL)
    upgrade.wait()
    assert history(namespace)[-1]["status"] == "pending-upgrade"

    namespace.play(*DEPLOY)
    assert history(namespace)[-1]["status"] == "deployed"
    assert namespace.play(*DEPLOY).changed == 0


def test_an_upgrade_and_its_rollback(namespace: Namespace) -> None:
    first = history(namespace)[-1]
    # Not another image: the cluster may have this one only.
    namespace.play("playbooks/upgrade.yml", "--skip-tags", "verify", "-e", "app_log_level=DEBUG")
    assert namespace.play("playbooks/rollback.yml", "--skip-tags", "verify", "--check").changed == 1

    namespace.play("playbooks/rollback.yml", "--skip-tags", "verify")
    assert history(namespace)[-1]["description"] == f"Rollback to {first['revision']}"
    assert namespace.play(*DEPLOY).changed == 0


def test_a_revision_that_never_was_is_refused(namespace: Namespace) -> None:
    rollback = ("playbooks/rollback.yml", "--skip-tags", "verify", "-e", "app_rollback_to=99")
    run = namespace.play(*rollback, check=False)

    assert run.code != 0
    assert run.changed == 0
    assert "99" in run.output
