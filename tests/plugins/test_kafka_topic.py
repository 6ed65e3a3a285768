"""The kafka_topic module against a real broker."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.todochat.platform.plugins.module_utils import kafka_topics
from ansible_collections.todochat.platform.plugins.module_utils.kafka_connection import Deadline, KafkaTaskError

from tests.plugins.conftest import COLLECTIONS, Onlooker, Result, Run
from tests.support.certificates import Authority
from tests.support.kafka import PASSWORD, USER, Broker

pytestmark = pytest.mark.xdist_group("kafka")

# Long enough that a test which waits for it, instead of failing at once, is noticed.
FOREVER = 3600

Start = Callable[..., subprocess.Popen[str]]


class TestCreate:
    WANTED: dict[str, Any] = {"partitions": 3, "config": {"retention.ms": 3600000}}  # noqa: RUF012

    def test_creates(self, kafka_topic: Run, onlooker: Onlooker, topic: str) -> None:
        result = kafka_topic(**self.WANTED, replication_factor=1)
        seen = onlooker.see(topic)
        assert seen is not None
        assert (seen.partitions, seen.config) == (3, {"retention.ms": "3600000"})
        assert result["changed"] is True
        assert result["topic"] == {
            "name": topic,
            "partitions": 3,
            "replication_factor": 1,
            "config": {"retention.ms": "3600000"},
            "topic_id": seen.topic_id,
        }

    def test_creates_once(self, kafka_topic: Run, onlooker: Onlooker, topic: str) -> None:
        first = kafka_topic(**self.WANTED)
        second = kafka_topic(**self.WANTED)
        assert (first["changed"], second["changed"]) == (True, False)
        assert second["topic"] == first["topic"]

    def test_check_mode_predicts_and_creates_nothing(self, kafka_topic: Run, onlooker: Onlooker, topic: str) -> None:
        predicted = kafka_topic(check=True, diff=True, **self.WANTED)
        assert onlooker.see(topic) is None
        real = kafka_topic(diff=True, **self.WANTED)
        assert predicted["changed"] is True
        assert predicted["diff"] == real["diff"]
        assert {**predicted["topic"], "topic_id": "?"} == {**real["topic"], "topic_id": "?"}

    def test_check_mode_repeated_predicts_the_same(self, kafka_topic: Run, onlooker: Onlooker, topic: str) -> None:
        assert kafka_topic(check=True, **self.WANTED) == kafka_topic(check=True, **self.WANTED)
        assert onlooker.see(topic) is None

    def test_leaves_the_counts_to_the_broker(self, kafka_topic: Run, onlooker: Onlooker, topic: str) -> None:
        predicted = kafka_topic(check=True)
        assert (predicted["topic"]["partitions"], predicted["topic"]["replication_factor"]) == (1, 1)
        assert {**kafka_topic()["topic"], "topic_id": None} == predicted["topic"]

    def test_values_spelled_otherwise_are_predicted_as_kafka_reports_them(self, kafka_topic: Run) -> None:
        wish = {"config": {"cleanup.policy": ["compact", "delete"], "preallocate": True, "retention.ms": "0042"}}
        predicted = kafka_topic(check=True, **wish)
        real = kafka_topic(**wish)
        assert real["topic"]["config"] == {
            "cleanup.policy": "compact,delete",
            "preallocate": "true",
            "retention.ms": "42",
        }
        assert predicted["topic"]["config"] == real["topic"]["config"]
        assert kafka_topic(**wish)["changed"] is False

    def test_a_null_config_is_left_out(self, kafka_topic: Run) -> None:
        assert kafka_topic(config={"retention.ms": None})["topic"]["config"] == {}

    @pytest.mark.parametrize("check", [True, False])
    @pytest.mark.parametrize(
        ("wish", "message"),
        [
            ({"config": {"zip": "1"}}, "Unknown topic config name: zip"),
            ({"config": {"zip": None}}, "knows no topic config zip to reset"),
            ({"config": {"retention.ms": "soon"}}, "Invalid value soon for configuration retention.ms"),
            ({"replication_factor": 3}, "only 1 broker(s) are registered"),
            ({"name": "a b"}, "does not allow the topic name 'a b'"),
            ({"partitions": 0}, "partitions must be 1 or more"),
        ],
    )
    def test_invalid_wish_is_refused_in_check_mode_too(
        self, kafka_topic: Run, onlooker: Onlooker, topic: str, *, wish: dict[str, Any], message: str, check: bool
    ) -> None:
        result = kafka_topic(fails=True, check=check, **wish)
        assert message in result["msg"]
        assert result["changed"] is False
        assert onlooker.see(topic) is None

    def test_name_that_collides_in_metrics_is_refused(self, kafka_topic: Run, onlooker: Onlooker, topic: str) -> None:
        onlooker.create(f"{topic}.x")
        assert (
            f"collides with existing topic: {topic}.x" in kafka_topic(fails=True, name=f"{topic}_x", check=True)["msg"]
        )

    def test_name_that_may_collide_is_warned_about(self, start_module: Start, topic: str) -> None:
        [warning] = finish(start_module(name=f"{topic}.a_b"))["warnings"]
        assert "both '.' and '_'" in str(warning)


class TestModify:
    def test_grows(self, kafka_topic: Run, onlooker: Onlooker, topic: str) -> None:
        before = onlooker.create(topic, 1)
        result = kafka_topic(partitions=4)
        after = onlooker.see(topic)
        assert after is not None
        assert (after.partitions, after.topic_id) == (4, before.topic_id)
        assert (result["changed"], result["topic"]["partitions"]) == (True, 4)
        assert kafka_topic(partitions=4)["changed"] is False

    def test_growth_in_check_mode_changes_nothing(self, kafka_topic: Run, onlooker: Onlooker, topic: str) -> None:
        before = onlooker.create(topic, 1)
        first = kafka_topic(check=True, diff=True, partitions=4)
        second = kafka_topic(check=True, diff=True, partitions=4)
        assert onlooker.see(topic) == before
        assert first == second == kafka_topic(diff=True, partitions=4)
        assert first["changed"] is True

    def test_sets_configs_and_keeps_the_others(self, kafka_topic: Run, onlooker: Onlooker, topic: str) -> None:
        onlooker.create(topic, config={"retention.ms": "1000", "cleanup.policy": "compact"})
        wish = {"config": {"retention.ms": "2000", "min.cleanable.dirty.ratio": 0.25}}
        result = kafka_topic(**wish)
        after = onlooker.see(topic)
        assert after is not None
        assert after.config == result["topic"]["config"]
        assert after.config == {
            "retention.ms": "2000",
            "cleanup.policy": "compact",
            "min.cleanable.dirty.ratio": "0.25",
        }
        assert result["changed"] is True
        assert kafka_topic(**wish)["changed"] is False

    def test_configs_in_check_mode_change_nothing(self, kafka_topic: Run, onlooker: Onlooker, topic: str) -> None:
        before = onlooker.create(topic, config={"retention.ms": "1000", "cleanup.policy": "compact"})
        wish = {"config": {"retention.ms": None, "cleanup.policy": "delete", "preallocate": True}}
        first = kafka_topic(check=True, diff=True, **wish)
        second = kafka_topic(check=True, diff=True, **wish)
        assert onlooker.see(topic) == before
        assert first == second == kafka_topic(diff=True, **wish)
        assert first["changed"] is True

    def test_resets_a_config(self, kafka_topic: Run, onlooker: Onlooker, topic: str) -> None:
        onlooker.create(topic, config={"retention.ms": "1000", "cleanup.policy": "compact"})
        assert kafka_topic(config={"retention.ms": None})["topic"]["config"] == {"cleanup.policy": "compact"}
        after = onlooker.see(topic)
        assert after is not None
        assert after.config == {"cleanup.policy": "compact"}
        assert kafka_topic(config={"retention.ms": None})["changed"] is False

    def test_exact_resets_what_is_not_named(self, kafka_topic: Run, onlooker: Onlooker, topic: str) -> None:
        onlooker.create(topic, config={"retention.ms": "1000", "cleanup.policy": "compact"})
        result = kafka_topic(config={"preallocate": True}, config_exact=True)
        assert result["topic"]["config"] == {"preallocate": "true"}
        after = onlooker.see(topic)
        assert after is not None
        assert after.config == {"preallocate": "true"}

    def test_unchanged_in_check_mode(self, kafka_topic: Run, onlooker: Onlooker, topic: str) -> None:
        onlooker.create(topic, 2, {"retention.ms": "1000"})
        result = kafka_topic(check=True, diff=True, partitions=2, config={"retention.ms": 1000})
        assert result["changed"] is False
        assert result["diff"]["before"] == result["diff"]["after"]

    def test_diff_names_partitions_and_configs(self, kafka_topic: Run, onlooker: Onlooker, topic: str) -> None:
        onlooker.create(topic, 1, {"retention.ms": "1000"})
        diff = kafka_topic(diff=True, partitions=2, config={"retention.ms": None, "preallocate": True})["diff"]
        assert diff == {
            "before": {"partitions": 1, "replication_factor": 1, "config": {"retention.ms": "1000"}},
            "after": {"partitions": 2, "replication_factor": 1, "config": {"preallocate": "true"}},
        }

    def test_no_diff_unless_asked(self, kafka_topic: Run) -> None:
        assert "diff" not in kafka_topic()

    @pytest.mark.parametrize("check", [True, False])
    @pytest.mark.parametrize(
        ("wish", "message"),
        [
            ({"partitions": 1}, "cannot shrink it to 1: ask for 2 or more, or delete the topic"),
            ({"replication_factor": 3}, "has replication factor 1, not 3"),
            ({"config": {"zip": "1"}}, "Unknown topic config name: zip"),
            ({"config": {"zip": None}}, "knows no topic config zip to reset"),
            # The valid half of a wish is not carried out either.
            ({"partitions": 5, "config": {"retention.ms": "soon"}}, "Invalid value soon for configuration"),
            ({"partitions": 5, "config": {"preallocate": True, "zip": "1"}}, "Unknown topic config name: zip"),
        ],
    )
    def test_refused_wish_changes_nothing(
        self, kafka_topic: Run, onlooker: Onlooker, topic: str, *, wish: dict[str, Any], message: str, check: bool
    ) -> None:
        before = onlooker.create(topic, 2, {"retention.ms": "1000"})
        result = kafka_topic(fails=True, check=check, **wish)
        assert message in result["msg"]
        assert result["changed"] is False
        assert onlooker.see(topic) == before


class TestDelete:
    def test_deletes(self, kafka_topic: Run, onlooker: Onlooker, topic: str) -> None:
        onlooker.create(topic)
        result = kafka_topic(state="absent", diff=True)
        assert onlooker.see(topic) is None
        assert (result["changed"], result["topic"], result["diff"]["after"]) == (True, None, {})
        assert kafka_topic(state="absent")["changed"] is False

    def test_check_mode_predicts_and_keeps_the_topic(self, kafka_topic: Run, onlooker: Onlooker, topic: str) -> None:
        before = onlooker.create(topic)
        first = kafka_topic(state="absent", check=True)
        second = kafka_topic(state="absent", check=True)
        assert onlooker.see(topic) == before
        assert first == second
        assert (first["changed"], first["topic"]) == (True, None)

    def test_absent_topic_in_check_mode(self, kafka_topic: Run) -> None:
        assert kafka_topic(state="absent", check=True)["changed"] is False

    def test_deleted_topic_is_created_anew(self, kafka_topic: Run) -> None:
        first = kafka_topic()
        kafka_topic(state="absent")
        again = kafka_topic()
        assert again["changed"] is True
        assert again["topic"]["topic_id"] != first["topic"]["topic_id"]


class TestDescribe:
    def test_describes(self, kafka_topic: Run, onlooker: Onlooker, topic: str) -> None:
        seen = onlooker.create(topic, 2, {"retention.ms": "1000"})
        result = kafka_topic(state="described")
        assert result["changed"] is False
        assert result["topic"] == {
            "name": topic,
            "partitions": 2,
            "replication_factor": 1,
            "config": {"retention.ms": "1000"},
            "topic_id": seen.topic_id,
        }

    def test_looking_does_not_create(self, kafka_topic: Run, onlooker: Onlooker, topic: str) -> None:
        """The test broker creates topics on demand, as Kafka does by default."""
        result = kafka_topic(state="described")
        assert (result["changed"], result["topic"]) == (False, None)
        assert topic not in onlooker.admin.list_topics()


class TestRaces:
    """Somebody else is faster than our write."""

    @pytest.fixture
    def stale(self, monkeypatch: pytest.MonkeyPatch) -> Callable[[kafka_topics.Topic | None], None]:
        """Let the module's first look see the given topic instead of the present one."""

        def install(past: kafka_topics.Topic | None) -> None:
            looks = [past]
            read = kafka_topics.Topics.read
            monkeypatch.setattr(
                kafka_topics.Topics, "read", lambda self, name: looks.pop() if looks else read(self, name)
            )

        return install

    @pytest.mark.parametrize("check", [True, False])
    def test_same_topic_created_meanwhile_is_no_change(
        self, kafka_topic: Run, onlooker: Onlooker, topic: str, stale: Callable[..., None], check: bool
    ) -> None:
        onlooker.create(topic, 2)
        stale(None)
        result = kafka_topic(partitions=2, check=check, diff=True)
        assert result["changed"] is False
        assert result["diff"]["before"]["partitions"] == 2

    def test_lesser_topic_created_meanwhile_is_brought_up(
        self, kafka_topic: Run, onlooker: Onlooker, topic: str, stale: Callable[..., None]
    ) -> None:
        onlooker.create(topic, 1)
        stale(None)
        result = kafka_topic(partitions=2, config={"retention.ms": 1000}, diff=True)
        assert (result["changed"], result["topic"]["partitions"]) == (True, 2)
        assert result["diff"]["before"]["partitions"] == 1

    def test_topic_deleted_meanwhile_is_no_change(
        self, kafka_topic: Run, topic: str, stale: Callable[..., None]
    ) -> None:
        stale(past(topic))
        assert kafka_topic(state="absent")["changed"] is False

    def test_topic_deleted_before_it_grows_is_created(
        self, kafka_topic: Run, onlooker: Onlooker, topic: str, stale: Callable[..., None]
    ) -> None:
        stale(past(topic))
        result = kafka_topic(partitions=2, diff=True)
        assert (result["changed"], result["diff"]["before"]) == (True, {})
        assert onlooker.see(topic) is not None

    def test_topic_grown_meanwhile_is_no_change(
        self, kafka_topic: Run, onlooker: Onlooker, topic: str, stale: Callable[..., None]
    ) -> None:
        onlooker.create(topic, 3)
        stale(past(topic))
        assert kafka_topic(partitions=3)["changed"] is False

    @pytest.mark.parametrize("gone", [True, False])
    def test_configs_that_are_not_shown(self, gone: bool) -> None:
        """Either the topic went away between two questions, or the user may not see them."""
        there = {"error_code": 0, "partitions": []}

        class Admin:
            looks = [there, {"error_code": 3} if gone else there]  # noqa: RUF012

            def describe_topics(self, _: list[str]) -> list[dict[str, Any]]:
                return [self.looks.pop(0)]

            def describe_configs(self, _: list[object], config_filter: str) -> dict[str, Any]:
                return {"topic": {"t": {}}}

        topics = kafka_topics.Topics(Admin(), Deadline(FOREVER))
        if gone:
            assert topics.read("t") is None
        else:
            with pytest.raises(KafkaTaskError, match="needs DescribeConfigs"):
                topics.read("t")

    def test_of_many_runs_at_once_one_creates(self, start_module: Start, onlooker: Onlooker, topic: str) -> None:
        runs = [start_module(partitions=2, config={"retention.ms": 1000}) for _ in range(4)]
        results = [finish(run) for run in runs]
        assert sorted(result["changed"] for result in results) == [False, False, False, True]
        assert len({result["topic"]["topic_id"] for result in results}) == 1


class TestSecurity:
    @pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])
    def test_sasl(self, kafka_topic: Run, broker: Broker, mechanism: str) -> None:
        assert kafka_topic(**sasl(broker, mechanism))["changed"] is True

    @pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256"])
    def test_sasl_over_tls(self, kafka_topic: Run, broker: Broker, mechanism: str) -> None:
        secure = {
            **sasl(broker, mechanism),
            "security_protocol": "SASL_SSL",
            "bootstrap_servers": [broker.secure.sasl_ssl],
            "tls_ca_file": str(broker.secure.ca),
        }
        assert kafka_topic(**secure)["changed"] is True

    @pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])
    @pytest.mark.parametrize("wrong", [{"sasl_password": "wrong-secret"}, {"sasl_username": "mallory"}])
    def test_wrong_credentials_are_said_at_once(
        self, kafka_topic: Run, broker: Broker, mechanism: str, wrong: dict[str, str]
    ) -> None:
        result = kafka_topic(fails=True, **{**sasl(broker, mechanism), **wrong}, timeout=FOREVER)
        assert result["msg"].startswith(f"Authentication failed: {broker.secure.sasl_plaintext} does not accept")
        assert "sasl_password" in result["msg"]
        assert PASSWORD not in json.dumps(result)
        assert "wrong-secret" not in json.dumps(result)

    def test_sasl_with_a_listener_that_has_none(self, kafka_topic: Run, broker: Broker) -> None:
        plain = {**sasl(broker), "bootstrap_servers": [broker.bootstrap]}
        result = kafka_topic(fails=True, **plain, timeout=FOREVER)
        assert "does not offer SASL with PLAIN" in result["msg"]

    def test_sasl_needs_its_parameters(self, kafka_topic: Run, broker: Broker) -> None:
        result = kafka_topic(fails=True, security_protocol="SASL_PLAINTEXT", sasl_mechanism="PLAIN")
        assert "sasl_username, sasl_password" in result["msg"]

    def test_tls(self, kafka_topic: Run, broker: Broker) -> None:
        assert kafka_topic(**tls(broker))["changed"] is True

    def test_tls_without_the_authority(self, kafka_topic: Run, broker: Broker) -> None:
        message = kafka_topic(fails=True, **{**tls(broker), "tls_ca_file": None}, timeout=FOREVER)["msg"]
        assert f"{broker.secure.ssl} presented a certificate that does not verify" in message
        assert "tls_ca_file" in message

    def test_tls_with_another_authority(self, kafka_topic: Run, broker: Broker, tmp_path: Path) -> None:
        other = Authority.create(tmp_path / "ca", "another authority")
        message = kafka_topic(fails=True, **{**tls(broker), "tls_ca_file": str(other.certificate)}, timeout=FOREVER)[
            "msg"
        ]
        assert f"does not verify against {other.certificate}" in message

    def test_certificate_of_another_name(self, kafka_topic: Run, broker: Broker) -> None:
        """It names 127.0.0.1 only."""
        _, port = broker.secure.ssl.split(":")
        wish = {**tls(broker), "bootstrap_servers": [f"localhost:{port}"]}
        message = kafka_topic(fails=True, **wish, timeout=FOREVER)["msg"]
        assert "does not verify" in message
        assert "tls_verify_hostname" in message
        assert kafka_topic(**wish, tls_verify_hostname=False)["changed"] is True

    def test_mutual_tls(self, kafka_topic: Run, broker: Broker) -> None:
        client = broker.secure.client
        wish = {**tls(broker), "bootstrap_servers": [broker.secure.mutual_ssl]}
        own = {"tls_cert_file": str(client.certificate), "tls_key_file": str(client.key)}
        assert kafka_topic(**wish, **own)["changed"] is True
        assert kafka_topic(**wish, tls_cert_file=str(client.bundle))["changed"] is False

    def test_mutual_tls_without_a_certificate(self, kafka_topic: Run, broker: Broker) -> None:
        wish = {**tls(broker), "bootstrap_servers": [broker.secure.mutual_ssl]}
        message = kafka_topic(fails=True, **wish, timeout=FOREVER)["msg"]
        assert f"TLS with {broker.secure.mutual_ssl} failed" in message
        assert "tls_cert_file" in message

    def test_encrypted_key(self, kafka_topic: Run, broker: Broker) -> None:
        client = broker.secure.client
        wish = {
            **tls(broker),
            "bootstrap_servers": [broker.secure.mutual_ssl],
            "tls_cert_file": str(client.certificate),
            "tls_key_file": str(client.encrypted_key("open-sesame")),
        }
        assert kafka_topic(**wish, tls_key_password="open-sesame")["changed"] is True
        for wrong in ("shut-sesame", None):
            result = kafka_topic(fails=True, **wish, tls_key_password=wrong)
            assert "is tls_key_password right?" in result["msg"]
            assert "shut-sesame" not in json.dumps(result)

    @pytest.mark.parametrize("parameter", ["tls_ca_file", "tls_cert_file"])
    def test_missing_file_is_named(self, kafka_topic: Run, broker: Broker, parameter: str) -> None:
        result = kafka_topic(fails=True, **{**tls(broker), parameter: "/nowhere.pem"})
        assert f"{parameter} /nowhere.pem" in result["msg"]

    def test_tls_to_a_listener_without(self, kafka_topic: Run, broker: Broker) -> None:
        result = kafka_topic(fails=True, **{**tls(broker), "bootstrap_servers": [broker.bootstrap]}, timeout=2)
        assert broker.bootstrap in result["msg"]
        assert "security_protocol" in result["msg"] or "speaks TLS" in result["msg"]

    @pytest.mark.parametrize("listener", ["ssl", "sasl_plaintext", "sasl_ssl"])
    def test_plain_text_to_a_protected_listener(self, kafka_topic: Run, broker: Broker, listener: str) -> None:
        where = getattr(broker.secure, listener)
        message = kafka_topic(fails=True, bootstrap_servers=[where], timeout=2)["msg"]
        assert f"{where}: " in message
        assert "security_protocol" in message


class TestReach:
    @pytest.fixture
    def closed(self) -> Iterator[str]:
        """An address that refuses connections: the port is taken, but nobody listens."""
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            yield f"127.0.0.1:{taken.getsockname()[1]}"

    @pytest.fixture
    def silent(self) -> Iterator[str]:
        """An address that accepts connections and never says a word."""
        with socket.create_server(("127.0.0.1", 0)) as listener:
            yield f"127.0.0.1:{listener.getsockname()[1]}"

    def test_nobody_listens(self, kafka_topic: Run, closed: str) -> None:
        message = kafka_topic(fails=True, bootstrap_servers=[closed], timeout=0.5)["msg"]
        assert message.startswith("No Kafka broker answered within 0.5 s as PLAINTEXT")
        assert f"{closed}: 111 ECONNREFUSED" in message
        assert "Check that the broker runs" in message

    def test_every_server_is_named(self, kafka_topic: Run, closed: str, silent: str) -> None:
        message = kafka_topic(fails=True, bootstrap_servers=[closed, silent, "no-such-host.invalid:9092"], timeout=1)[
            "msg"
        ]
        for server in (closed, silent, "no-such-host.invalid:9092"):
            assert f"{server}: " in message

    @pytest.mark.parametrize("protocol", ["PLAINTEXT", "SSL"])
    def test_silent_server_does_not_hang(self, kafka_topic: Run, silent: str, protocol: str) -> None:
        message = kafka_topic(fails=True, bootstrap_servers=[silent], security_protocol=protocol, timeout=0.5)["msg"]
        assert f"{silent}: it did not answer" in message

    def test_next_server_is_asked(self, kafka_topic: Run, broker: Broker, closed: str, silent: str) -> None:
        assert kafka_topic(bootstrap_servers=[closed, silent, broker.bootstrap], timeout=60)["changed"] is True

    def test_wrongly_advertised_address_is_explained(self, kafka_topic: Run, broker: Broker) -> None:
        message = kafka_topic(fails=True, bootstrap_servers=[broker.secure.misadvertised], timeout=2)["msg"]
        assert "advertised.listeners" in message

    def test_unusable_server_is_named(self, kafka_topic: Run) -> None:
        assert "must be a list of host:port" in kafka_topic(fails=True, bootstrap_servers=["http://a:9092"])["msg"]


class TestProcess:
    def test_says_which_library_is_missing(self, start_module: Start, tmp_path: Path) -> None:
        (tmp_path / "kafka.py").write_text("raise ImportError('not installed')")
        result = finish(start_module(environment={"PYTHONPATH": str(tmp_path)}), status=1)
        assert "kafka-python>=3.0" in result["msg"]

    def test_prints_nothing_but_its_result(self, start_module: Start, broker: Broker) -> None:
        process = start_module(**{**sasl(broker), "sasl_password": "wrong-secret"})
        output, errors = process.communicate()
        assert json.loads(output)["msg"].startswith("Authentication failed")
        assert errors == ""
        assert "wrong-secret" not in output

    def test_as_ansible_runs_it(self, ansible_playbook: Callable[..., str], broker: Broker, topic: str) -> None:
        tasks = f"""
            - name: Create
              todochat.platform.kafka_topic: &wish
                name: {topic}
                partitions: 2
                config:
                  retention.ms: "{{{{ 3600 * 1000 }}}}"
                bootstrap_servers: ["{broker.secure.sasl_plaintext}"]
                security_protocol: SASL_PLAINTEXT
                sasl_mechanism: SCRAM-SHA-256
                sasl_username: {USER}
                sasl_password: "{{{{ lookup('ansible.builtin.env', 'KAFKA_PASSWORD') }}}}"
              register: first
            - name: Create again
              todochat.platform.kafka_topic: *wish
              register: second
            - name: Delete in check mode
              todochat.platform.kafka_topic:
                name: {topic}
                state: absent
                bootstrap_servers: "{broker.bootstrap}"
              check_mode: true
              register: third
            - name: Compare
              ansible.builtin.assert:
                that:
                  - first is changed
                  - first.topic.config['retention.ms'] == '3600000'
                  - second is not changed
                  - second.topic == first.topic
                  - third is changed
                  - third.topic is none
        """
        output = ansible_playbook(tasks, "-vvv", "--diff", environment={"KAFKA_PASSWORD": PASSWORD})
        assert '+    "partitions": 2' in output
        assert PASSWORD not in output

    def test_playbook_in_check_mode(
        self, ansible_playbook: Callable[..., str], onlooker: Onlooker, broker: Broker, topic: str
    ) -> None:
        tasks = f"""
            - name: Create
              todochat.platform.kafka_topic:
                name: {topic}
                bootstrap_servers: ["{broker.bootstrap}"]
              register: first
            - name: Compare
              ansible.builtin.assert:
                that:
                  - first is changed
                  - first.topic.partitions == 1
        """
        output = ansible_playbook(tasks, "--check", "--diff")
        assert '+    "partitions": 1' in output
        assert onlooker.see(topic) is None

    @pytest.fixture
    def ansible_playbook(self, tmp_path: Path) -> Callable[..., str]:
        def run(tasks: str, *options: str, environment: dict[str, str] | None = None) -> str:
            play = "- hosts: localhost\n  connection: local\n  gather_facts: false\n  tasks:\n"
            playbook = tmp_path / "playbook.yml"
            playbook.write_text(play + textwrap.indent(textwrap.dedent(tasks), "    "))
            command = [str(Path(sys.executable).with_name("ansible-playbook")), "-i", "localhost,", *options]
            settings = {
                "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
                "ANSIBLE_HOME": str(tmp_path / "ansible"),
                "ANSIBLE_NOCOLOR": "1",
                "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
            }
            result = subprocess.run(
                [*command, str(playbook)],
                env={**os.environ, **settings, "ANSIBLE_CALLBACK_RESULT_FORMAT": "json", **(environment or {})},
                cwd=tmp_path,
                capture_output=True,
                text=True,
                check=False,
            )
            output = result.stdout + result.stderr
            assert result.returncode == 0, output
            return output

        return run


def sasl(broker: Broker, mechanism: str = "PLAIN") -> dict[str, Any]:
    return {
        "bootstrap_servers": [broker.secure.sasl_plaintext],
        "security_protocol": "SASL_PLAINTEXT",
        "sasl_mechanism": mechanism,
        "sasl_username": USER,
        "sasl_password": PASSWORD,
    }


def tls(broker: Broker) -> dict[str, Any]:
    return {
        "bootstrap_servers": [broker.secure.ssl],
        "security_protocol": "SSL",
        "tls_ca_file": str(broker.secure.ca),
    }


def past(topic: str) -> kafka_topics.Topic:
    """A topic of one partition, as it may have been a moment ago."""
    return kafka_topics.Topic(topic, 1, frozenset({1}), {"retention.ms": kafka_topics.Setting("1", overridden=False)})


def finish(process: subprocess.Popen[str], *, status: int = 0) -> Result:
    output, errors = process.communicate()
    assert process.returncode == status, output + errors
    result: Result = json.loads(output)
    return result
