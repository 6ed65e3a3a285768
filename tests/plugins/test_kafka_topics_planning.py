"""What the kafka_topic module decides before it writes; no broker is involved."""

from __future__ import annotations

import math
from typing import Any

import pytest
from ansible_collections.todochat.platform.plugins.module_utils.kafka_connection import (
    CONNECTION_ARGUMENTS,
    CONNECTION_RULES,
    Connection,
    InvalidInputError,
    bare_message,
)
from ansible_collections.todochat.platform.plugins.module_utils.kafka_topics import (
    TOPIC_ARGUMENTS,
    ImpossibleError,
    Plan,
    Setting,
    Topic,
    Wanted,
    plan_for,
    predict,
)

DEFAULTS = {
    "cleanup.policy": Setting("delete", overridden=False),
    "min.cleanable.dirty.ratio": Setting("0.5", overridden=False),
    "preallocate": Setting("false", overridden=False),
    "retention.ms": Setting("604800000", overridden=False),
}


def existing(partitions: int = 3, factors: frozenset[int] = frozenset({1}), **overrides: str) -> Topic:
    settings = {key.replace("_", "."): Setting(value, overridden=True) for key, value in overrides.items()}
    return Topic("events", partitions, factors, DEFAULTS | settings, topic_id="id")


def wanted(**parameters: Any) -> Wanted:
    unset: dict[str, Any] = {
        "state": "present",
        "partitions": None,
        "replication_factor": None,
        "config": {},
        "config_exact": False,
    }
    return Wanted.from_params({"name": "events", **unset, **parameters})


class TestPlan:
    def test_missing_topic_is_created_with_the_configs_that_have_a_value(self) -> None:
        plan = plan_for(wanted(partitions=3, config={"retention.ms": "1000", "cleanup.policy": None}), None)
        assert plan == Plan(create=True, set={"retention.ms": "1000"})

    @pytest.mark.parametrize("partitions", [None, 3])
    def test_topic_as_wanted_needs_nothing(self, partitions: int | None) -> None:
        plan = plan_for(wanted(partitions=partitions, replication_factor=1), existing())
        assert plan == Plan()
        assert not plan

    def test_fewer_partitions_than_wanted_grow(self) -> None:
        assert plan_for(wanted(partitions=5), existing(3)) == Plan(grow_to=5)

    def test_more_partitions_than_wanted_are_refused_with_the_way_out(self) -> None:
        with pytest.raises(ImpossibleError, match=r"has 3 partitions .* cannot shrink it to 2: ask for 3 or more"):
            plan_for(wanted(partitions=2), existing(3))

    def test_other_replication_factor_is_refused_with_the_way_out(self) -> None:
        with pytest.raises(ImpossibleError, match=r"has replication factor 1, not 3.*kafka-reassign-partitions"):
            plan_for(wanted(replication_factor=3), existing())

    def test_half_reassigned_topic_does_not_have_the_wanted_replication_factor(self) -> None:
        with pytest.raises(ImpossibleError, match="replication factor 1/3, not 3"):
            plan_for(wanted(replication_factor=3), existing(factors=frozenset({1, 3})))

    def test_configs_not_named_are_left_alone(self) -> None:
        actual = existing(retention_ms="1000", cleanup_policy="compact")
        assert plan_for(wanted(config={"retention.ms": "2000"}), actual) == Plan(set={"retention.ms": "2000"})

    def test_exact_resets_the_configs_not_named(self) -> None:
        actual = existing(retention_ms="1000", cleanup_policy="compact")
        plan = plan_for(wanted(config={"retention.ms": "1000"}, config_exact=True), actual)
        assert plan == Plan(reset=("cleanup.policy",))

    def test_exact_without_configs_resets_all(self) -> None:
        actual = existing(retention_ms="1000", cleanup_policy="compact")
        assert plan_for(wanted(config_exact=True), actual) == Plan(reset=("cleanup.policy", "retention.ms"))

    def test_null_resets_an_override(self) -> None:
        assert plan_for(wanted(config={"retention.ms": None}), existing(retention_ms="1")) == Plan(
            reset=("retention.ms",)
        )

    def test_null_for_a_default_needs_nothing(self) -> None:
        assert not plan_for(wanted(config={"retention.ms": None}), existing())

    def test_null_for_an_unknown_config_is_refused(self) -> None:
        with pytest.raises(InvalidInputError, match=r"no topic config retention\.msec to reset"):
            plan_for(wanted(config={"retention.msec": None}), existing())

    def test_default_that_is_as_wanted_needs_nothing(self) -> None:
        assert not plan_for(wanted(config={"retention.ms": 604800000}), existing())

    def test_unknown_config_is_left_for_the_broker_to_refuse(self) -> None:
        assert plan_for(wanted(config={"zip": "1"}), existing()) == Plan(set={"zip": "1"})

    @pytest.mark.parametrize("actual", [None, existing()])
    def test_described_never_writes(self, actual: Topic | None) -> None:
        assert not plan_for(wanted(state="described", partitions=1, config={"retention.ms": "1"}), actual)

    def test_absent_deletes_what_exists(self) -> None:
        assert plan_for(wanted(state="absent"), existing()) == Plan(delete=True)
        assert not plan_for(wanted(state="absent"), None)


class TestPrediction:
    def test_shows_growth_and_configs_and_keeps_the_rest(self) -> None:
        actual = existing(retention_ms="1000", cleanup_policy="compact")
        plan = Plan(grow_to=5, set={"preallocate": "true"}, reset=("retention.ms",))
        predicted = predict(plan, actual)
        assert predicted is not None
        assert predicted.summary() == {
            "partitions": 5,
            "replication_factor": 1,
            "config": {"cleanup.policy": "compact", "preallocate": "true"},
        }
        assert predicted.topic_id == "id"
        assert actual.partitions == 3

    def test_of_a_deletion_is_nothing(self) -> None:
        assert predict(Plan(delete=True), existing()) is None


class TestWanted:
    @pytest.mark.parametrize("name", ["a", "task-events", "a.b_c-1", "x" * 249, "...", "__consumer_offsets"])
    def test_legal_name(self, name: str) -> None:
        assert wanted(name=name).name == name

    @pytest.mark.parametrize("name", ["", ".", "..", "a b", "a/b", "ä", "x" * 250, "a\n"])
    def test_illegal_name(self, name: str) -> None:
        with pytest.raises(InvalidInputError, match="does not allow the topic name"):
            wanted(name=name)

    @pytest.mark.parametrize("key", ["partitions", "replication_factor"])
    @pytest.mark.parametrize("value", [0, -1])
    def test_counts_start_at_one(self, key: str, value: int) -> None:
        with pytest.raises(InvalidInputError, match=f"{key} must be 1 or more"):
            wanted(**{key: value})

    @pytest.mark.parametrize(
        ("given", "text"),
        [
            ("604800000", "604800000"),
            (604800000, "604800000"),
            ("0042", "42"),
            (-1, "-1"),
            (0.5, "0.5"),
            (True, "true"),
            ("False", "false"),
            (["compact", "delete"], "compact,delete"),
            ("compact, delete", "compact,delete"),
            (" lz4 ", "lz4"),
            ("", ""),
            (None, None),
        ],
    )
    def test_config_values_are_spelled_as_kafka_does(self, given: object, text: str | None) -> None:
        assert wanted(config={"x": given}).config == {"x": text}

    def test_nested_config_is_refused(self) -> None:
        with pytest.raises(InvalidInputError, match=r"config\.retention must be"):
            wanted(config={"retention": {"ms": 1}})

    @pytest.mark.parametrize("given", ["0.50", ".5", 0.5])
    def test_equal_numbers_are_the_same_value(self, given: object) -> None:
        assert not plan_for(wanted(config={"min.cleanable.dirty.ratio": given}), existing())


class TestConnection:
    UNSET = {key: argument.get("default") for key, argument in CONNECTION_ARGUMENTS.items()}  # noqa: RUF012

    def connection(self, **parameters: Any) -> Connection:
        return Connection.from_params({**self.UNSET, "bootstrap_servers": ["a:9092"], **parameters})

    @pytest.mark.parametrize("server", ["localhost:9092", "kafka", "10.0.0.1:1", "[::1]:9092", " a.example:9 "])
    def test_usable_server(self, server: str) -> None:
        assert self.connection(bootstrap_servers=[server]).servers == (server.strip(),)

    @pytest.mark.parametrize("servers", [[], [""], ["a:b"], ["kafka://a:9092"], ["a:9092;b:9092"], ["a:1", "b:2:3"]])
    def test_unusable_servers(self, servers: list[str]) -> None:
        with pytest.raises(InvalidInputError, match="bootstrap_servers must be"):
            self.connection(bootstrap_servers=servers)

    @pytest.mark.parametrize("timeout", [0.0, -1.0, math.inf, math.nan])
    def test_unusable_timeout(self, timeout: float) -> None:
        with pytest.raises(InvalidInputError, match="timeout must be"):
            self.connection(timeout=timeout)

    def test_empty_strings_mean_not_set(self) -> None:
        connection = self.connection(tls_ca_file="", sasl_username="", tls_verify_hostname=False)
        assert connection.tls_ca_file is None
        assert connection.sasl_username is None
        assert connection.tls_verify_hostname is False

    def test_secrets_are_not_in_its_text(self) -> None:
        connection = self.connection(sasl_password="hush", tls_key_password="hush")
        assert "hush" not in f"{connection} {connection!r}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[Error 58] SaslAuthenticationFailedError: bad password", "bad password"),
        ("[Error 40] InvalidConfigurationError: Unknown topic config name: x", "Unknown topic config name: x"),
        ("KafkaConnectionError: 111 ECONNREFUSED", "111 ECONNREFUSED"),
        ("NodeNotReadyError", "NodeNotReadyError"),
        ("Topic 'a' already exists.", "Topic 'a' already exists"),
    ],
)
def test_library_decoration_is_removed(text: str, message: str) -> None:
    assert bare_message(text) == message


def test_passwords_are_not_logged() -> None:
    arguments = TOPIC_ARGUMENTS | CONNECTION_ARGUMENTS
    assert {name for name, argument in arguments.items() if argument.get("no_log")} == {
        name for name in arguments if "password" in name
    }
    assert set(CONNECTION_RULES["required_by"]) <= arguments.keys()
