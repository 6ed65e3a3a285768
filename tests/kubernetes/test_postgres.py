"""PostgreSQL on a real cluster: data outlives its pod, backups outlive the data, and wrong clusters are refused."""

import json
import time
from collections.abc import Callable, Iterator

import boto3
import pytest
from moto.server import ThreadedMotoServer

from tests.kubernetes.cluster import Namespace, cluster_variables, kubectl
from tests.support.playbooks import Run

NewNamespace = Callable[..., Namespace]
DEPLOY = ("playbooks/deploy.yml", "--tags", "postgres")


@pytest.fixture(scope="module")
def database(new_namespace: NewNamespace) -> Namespace:
    """A namespace with PostgreSQL, which keeps backups on a volume, and a Deployment that may reach it."""
    namespace = new_namespace(postgres_provider="statefulset", postgres_backup_size="1Gi", postgres_backup_keep=2)
    namespace.play(*DEPLOY)
    writer = client_pod("writer", uses_postgres=True)
    deployment = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "writer"},
        "spec": {
            "replicas": 2,
            "selector": {"matchLabels": writer["metadata"]["labels"]},
            "template": {"metadata": {"labels": writer["metadata"]["labels"]}, "spec": writer["spec"]},
        },
    }
    namespace.kubectl("apply", "-f", "-", stdin=json.dumps(deployment))
    namespace.kubectl("rollout", "status", "deployment/writer", "--timeout=120s")
    return namespace


def client_pod(name: str, *, uses_postgres: bool) -> dict:
    """A pod that does nothing, from which PostgreSQL can be asked."""
    image = cluster_variables().get("postgres_image", "docker.io/library/postgres:18")
    security = {"runAsUser": 999, "allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
    labels = {"app": name, **({"todochat.platform/uses-postgres": "true"} if uses_postgres else {})}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "labels": labels},
        "spec": {
            "terminationGracePeriodSeconds": 0,
            "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
            "containers": [
                {"name": "client", "image": image, "command": ["sleep", "3600"], "securityContext": security}
            ],
        },
    }


def sql(namespace: Namespace, statement: str) -> str:
    """As the superuser, in the pod."""
    command = ["psql", "-h", "/var/run/postgresql", "-U", "postgres", "-d", "tododb", "-XAtq", "-c", statement]
    return namespace.kubectl("exec", "postgres-0", "--", *command).strip()


def said(run: Run) -> str:
    """What it printed, in one line: Ansible wraps long messages."""
    return " ".join(run.output.split())


def write_tasks(namespace: Namespace, count: int) -> None:
    sql(
        namespace,
        "SET ROLE todouser; DROP TABLE IF EXISTS tasks;"
        f"CREATE TABLE tasks AS SELECT title FROM generate_series(1, {count}) AS title",
    )


def test_the_second_run_changes_nothing(database: Namespace) -> None:
    assert database.play(*DEPLOY).changed == 0
    assert database.play(*DEPLOY, "--check", "--diff").changed == 0


def test_the_application_is_no_superuser(database: Namespace) -> None:
    assert sql(database, "SELECT rolsuper, rolcreatedb FROM pg_roles WHERE rolname = 'todouser'") == "f|f"
    assert sql(database, "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'tododb'") == "todouser"


def test_passwords_are_made_once(database: Namespace) -> None:
    before = database.kubectl("get", "secret", "postgres-passwords", "-o", "jsonpath={.data}")
    output = database.play(*DEPLOY, "-vv", "--diff").output

    assert database.kubectl("get", "secret", "postgres-passwords", "-o", "jsonpath={.data}") == before
    assert all(value not in output for value in json.loads(before).values())


def test_only_pods_with_the_label_reach_it(database: Namespace) -> None:
    database.kubectl("apply", "-f", "-", stdin=json.dumps(client_pod("stranger", uses_postgres=False)))
    database.kubectl("wait", "--for=condition=Ready", "pod/stranger", "--timeout=60s")
    address = database.kubectl("get", "service", "postgres", "-o", "jsonpath={.spec.clusterIP}")
    ask = ["pg_isready", "-h", address, "-t", "3"]

    assert "accepting" in database.kubectl("exec", "deployment/writer", "--", *ask, check=False)
    assert "no response" in database.kubectl("exec", "stranger", "--", *ask, check=False)


def test_its_data_outlives_its_pod(database: Namespace) -> None:
    write_tasks(database, 1000)

    database.kubectl("delete", "pod", "postgres-0", "--grace-period=0", "--force")
    database.kubectl("rollout", "status", "statefulset/postgres", "--timeout=120s")

    assert sql(database, "SELECT count(*) FROM tasks") == "1000"
    assert database.play(*DEPLOY).changed == 0


def test_other_settings_make_another_server(database: Namespace) -> None:
    database.variables["postgres_settings_override"] = {"max_connections": 77}

    assert database.play(*DEPLOY).changed > 0
    assert sql(database, "SHOW max_connections") == "77"
    assert database.play(*DEPLOY).changed == 0


def test_a_restore_needs_a_confirmation(database: Namespace) -> None:
    run = database.play("playbooks/restore.yml", check=False)

    assert run.code != 0
    assert run.changed == 0
    assert "restore_confirm=yes" in said(run)


def test_a_restore_brings_back_what_was_lost(database: Namespace) -> None:
    write_tasks(database, 1234)
    backup = said(database.play("playbooks/backup.yml"))
    sql(database, "DROP TABLE tasks; CREATE TABLE later (x int)")

    assert database.play("playbooks/restore.yml", "-e", "restore_confirm=yes", "--check").changed == 0
    run = database.play("playbooks/restore.yml", "-e", "restore_confirm=yes")

    assert "claim postgres-backup: tododb-" in backup
    assert "tododb-" in said(run)
    assert sql(database, "SELECT count(*) FROM tasks") == "1234"
    assert sql(database, "SELECT to_regclass('later') IS NULL") == "t"
    # The writers are back, as many as they were.
    assert database.kubectl("get", "deployment", "writer", "-o", "jsonpath={.status.readyReplicas}") == "2"
    assert database.play(*DEPLOY).changed == 0


def test_a_restore_that_fails_changes_nothing(database: Namespace) -> None:
    write_tasks(database, 77)

    run = database.play(
        "playbooks/restore.yml", "-e", "restore_confirm=yes", "-e", "restore_name=none.dump", check=False
    )

    assert run.code != 0
    assert "the database is as it was before" in said(run)
    assert "there is no backup none.dump" in said(run)
    assert sql(database, "SELECT count(*) FROM tasks") == "77"
    assert database.kubectl("get", "deployment", "writer", "-o", "jsonpath={.spec.replicas}") == "2"


def test_backups_outlive_the_data(database: Namespace) -> None:
    write_tasks(database, 4321)
    database.play("playbooks/backup.yml")
    database.kubectl(
        "delete", "statefulset/postgres", "persistentvolumeclaim/data-postgres-0", "secret/postgres-passwords"
    )

    database.play("playbooks/restore.yml", "-e", "restore_confirm=yes")

    assert sql(database, "SELECT count(*) FROM tasks") == "4321"


def test_status_has_one_line_of_it(database: Namespace) -> None:
    output = said(database.play("playbooks/status.yml"))

    assert "in tododb" in output
    assert "last backup: 20" in output


@pytest.fixture
def storage(outside: str) -> Iterator[str]:
    """The address, for pods, of S3-compatible storage on this machine, with a bucket called `backups`."""
    server = ThreadedMotoServer(outside, 0, verbose=False)
    server.start()
    url = f"http://{outside}:{server.get_host_and_port()[1]}"
    credentials = {"aws_access_key_id": "backup-user", "aws_secret_access_key": "backup-password"}
    client = boto3.client("s3", endpoint_url=url, region_name="us-east-1", **credentials)
    client.create_bucket(Bucket="backups")
    yield url
    server.stop()


def test_backups_on_s3_outlive_the_namespace(
    new_namespace: NewNamespace, storage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    to_s3 = {
        "postgres_provider": "statefulset",
        "postgres_backup_s3_endpoint": storage,
        "postgres_backup_s3_bucket": "backups",
        "postgres_backup_s3_prefix": "mine/",
    }
    namespace, other = new_namespace(**to_s3), new_namespace(**to_s3)
    run = namespace.play(*DEPLOY, check=False)
    assert "BACKUP_ACCESS_KEY_ID" in said(run)

    monkeypatch.setenv("BACKUP_ACCESS_KEY_ID", "backup-user")
    monkeypatch.setenv("BACKUP_SECRET_ACCESS_KEY", "backup-password")
    namespace.play(*DEPLOY)
    monkeypatch.delenv("BACKUP_ACCESS_KEY_ID")
    monkeypatch.delenv("BACKUP_SECRET_ACCESS_KEY")
    write_tasks(namespace, 555)
    run = namespace.play("playbooks/backup.yml", "-vv")
    assert "s3://backups/mine/tododb-" in said(run)
    assert "backup-password" not in "".join(namespace.outputs)
    namespace.kubectl("delete", "namespace", namespace.name)

    monkeypatch.setenv("BACKUP_ACCESS_KEY_ID", "backup-user")
    monkeypatch.setenv("BACKUP_SECRET_ACCESS_KEY", "backup-password")
    other.play("playbooks/restore.yml", "-e", "restore_confirm=yes")

    assert sql(other, "SELECT count(*) FROM tasks") == "555"


def test_the_namespace_of_somebody_else_is_refused(new_namespace: NewNamespace) -> None:
    namespace = new_namespace(postgres_provider="statefulset")
    kubectl("create", "namespace", namespace.name)

    for playbook in (DEPLOY, (*DEPLOY, "--check"), ("playbooks/backup.yml",)):
        run = namespace.play(*playbook, check=False)
        assert run.code != 0
        assert run.changed == 0
        assert "set todochat_namespace" in said(run)
    assert namespace.objects("networkpolicies") == []


def test_a_storage_class_that_is_not_there_is_told_before_anything_waits(new_namespace: NewNamespace) -> None:
    namespace = new_namespace(postgres_provider="statefulset", postgres_storage_class="gold")

    run = namespace.play(*DEPLOY, check=False)

    assert run.code != 0
    assert "no StorageClass gold" in said(run)
    assert "set postgres_storage_class to one of" in said(run)


@pytest.fixture
def idle_class() -> Iterator[str]:
    """A StorageClass whose provisioner never makes a volume."""
    name = f"idle-{int(time.time())}"
    manifest = {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": name},
        "provisioner": "example.com/none",
    }
    kubectl("apply", "-f", "-", stdin=json.dumps(manifest))
    yield name
    kubectl("delete", "storageclass", name)


def test_an_unbound_claim_is_explained(new_namespace: NewNamespace, idle_class: str) -> None:
    namespace = new_namespace(postgres_provider="statefulset", postgres_storage_class=idle_class, postgres_timeout=15)

    run = namespace.play(*DEPLOY, check=False)

    assert run.code != 0
    assert (
        f"The claim data-postgres-0 in {namespace.name}, 10Gi of the storage class {idle_class}, has no volume"
        in said(run)
    )
    assert "Set postgres_storage_class" in said(run)

    # Nothing was stored yet: with the cause gone and the claim removed, the next run converges.
    namespace.kubectl("delete", "statefulset/postgres", "persistentvolumeclaim/data-postgres-0")
    namespace.variables |= {"postgres_storage_class": "", "postgres_timeout": 120}
    namespace.play(*DEPLOY)


def test_teardown_removes_data_and_namespace(database: Namespace) -> None:
    volumes = [claim["spec"]["volumeName"] for claim in database.objects("persistentvolumeclaims")]
    would = database.play("playbooks/teardown.yml", "--check")
    assert would.changed > 0
    assert database.objects("persistentvolumeclaims") != []

    database.play("playbooks/teardown.yml")

    assert kubectl("get", "namespace", database.name, "--ignore-not-found") == ""
    assert volumes != []
    assert kubectl("get", "persistentvolume", *volumes, "--ignore-not-found") == ""
