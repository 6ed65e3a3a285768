"""The platform on brokers and a database that somebody else runs outside the cluster, as Redpanda Cloud and Neon do.

Nor has this cluster a load balancer: the origin is a port of its nodes.
"""

from collections.abc import Iterator

import pytest
from sqlalchemy import make_url

from tests.kubernetes.charts import ingress_charts
from tests.kubernetes.cluster import Namespace, objects
from tests.support.kafka import PASSWORD, USER, Secure, start_kafka
from tests.support.postgres import ask, start_postgres

DATABASE_PASSWORD = "p@ss/w:rd"


@pytest.fixture(scope="module")
def brokers(outside: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secure]:
    with start_kafka(tmp_path_factory.mktemp("kafka"), secure=True, host=outside) as broker:
        yield broker.secure


@pytest.fixture(scope="module")
def database_url(outside: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of an empty database whose owner is no superuser and has a password."""
    directory = tmp_path_factory.mktemp("postgres")
    with start_postgres(directory, f"listen_addresses=127.0.0.1,{outside}") as url:
        with (directory / "data/pg_hba.conf").open("a") as rules:
            rules.write("host all all all scram-sha-256\n")
        ask(f"{url}/postgres", "SELECT pg_reload_conf()")
        ask(f"{url}/postgres", f"CREATE ROLE owner LOGIN PASSWORD '{DATABASE_PASSWORD}'")
        ask(f"{url}/postgres", "CREATE DATABASE todo OWNER owner")
        of_owner = make_url(url).set(username="owner", password=DATABASE_PASSWORD, host=outside, database="todo")
        yield of_owner.render_as_string(hide_password=False)


@pytest.fixture(scope="module")
def platform(brokers: Secure, database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Namespace]:
    variables = {
        **ingress_charts(tmp_path_factory.mktemp("charts")),
        "todochat_public_url": "https://todo.localhost:30443",
        "ingress_tls_service_type": "NodePort",
        "redpanda_provider": "external",
        "todochat_kafka_brokers": brokers.sasl_ssl,
        "todochat_kafka_security_protocol": "SASL_SSL",
        "todochat_kafka_sasl_mechanism": "SCRAM-SHA-256",
        "todochat_kafka_username": USER,
        "todochat_kafka_password": PASSWORD,
        "todochat_kafka_ca_file": str(brokers.ca),
        "postgres_provider": "external",
        "todochat_database_url": f"{database_url}?sslmode=disable",
    }
    namespace = Namespace(name="todochat-external", variables=variables)
    yield namespace
    namespace.play("playbooks/teardown.yml", check=False)


def test_from_nothing_to_a_verified_platform(platform: Namespace) -> None:
    run = platform.play("site.yml")

    assert run.failed == 0
    assert "The next occurrence follows once" in run.output
    assert platform.objects("statefulset") == []


def test_the_second_run_changes_nothing(platform: Namespace) -> None:
    assert platform.play("playbooks/deploy.yml").changed == 0


def test_check_mode_on_a_deployed_cluster_changes_nothing(platform: Namespace) -> None:
    assert platform.play("site.yml", "--check", "--diff").changed == 0


def test_the_address_of_a_pooler_is_refused(platform: Namespace) -> None:
    pooled = "todochat_database_url=postgresql://owner:hush@ep-cool-1-pooler.example.com/todo"
    run = platform.play("playbooks/deploy.yml", "--tags", "postgres", "-e", pooled, check=False)

    assert run.code != 0
    assert run.changed == 0
    assert 'take the direct address, which has no "-pooler" in its name' in " ".join(run.output.split())


def test_status_names_what_is_outside(platform: Namespace, brokers: Secure, outside: str) -> None:
    output = platform.play("playbooks/status.yml").output

    assert f"PostgreSQL  todo at {outside}:" in output
    assert f"Kafka       {brokers.sasl_ssl}" in output


def test_no_password_is_shown(platform: Namespace) -> None:
    platform.play("playbooks/deploy.yml", "-vvv", "--tags", "postgres,redpanda,secrets,dapr_components")

    # Ansible prints no variables of its command line: what is found here, a task has shown.
    shown = "".join(platform.outputs)
    assert PASSWORD not in shown
    assert DATABASE_PASSWORD not in shown


def test_teardown_leaves_what_is_not_of_the_platform(platform: Namespace, database_url: str) -> None:
    platform.play("playbooks/teardown.yml")

    assert platform.name not in {namespace["metadata"]["name"] for namespace in objects("namespace")}
    assert ask(database_url, "SELECT to_regclass('task')::text") == "task"
