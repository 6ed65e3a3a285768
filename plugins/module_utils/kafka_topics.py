# SPDX-License-Identifier: Apache-2.0
"""Bring one Kafka topic to a wanted state: read it, plan, let the cluster check the plan, carry it out, look again.

Planning is pure (`plan_for`), so it can be tested without a broker. Every plan is first sent to the cluster as
"validate only": check mode therefore finds the same errors as a real run, and a refused plan has changed nothing.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ParamSpec, TypeVar

from .kafka_connection import (
    KAFKA_IMPORT_ERROR,
    Deadline,
    InvalidInputError,
    KafkaTaskError,
    RefusedError,
    bare_message,
    connect,
    reach,
)

if KAFKA_IMPORT_ERROR is None:
    from kafka.admin import ConfigResource
    from kafka.errors import KafkaError, for_code

P = ParamSpec("P")
T = TypeVar("T")

TOPIC_ARGUMENTS: dict[str, dict[str, Any]] = {
    "name": {"required": True},
    "state": {"choices": ["present", "absent", "described"], "default": "present"},
    "partitions": {"type": "int"},
    "replication_factor": {"type": "int"},
    "config": {"type": "dict", "default": {}},
    "config_exact": {"type": "bool", "default": False},
}

# org.apache.kafka.common.internals.Topic
_LEGAL_NAME = re.compile(r"[a-zA-Z0-9._-]{1,249}")
_POLL_SECONDS = 0.1
_RACE_SECONDS = 10.0  # for another client's change to reach the broker that we ask

# org.apache.kafka.common.protocol.Errors
_UNKNOWN_TOPIC = 3
_LEADER_NOT_AVAILABLE = 5
_TOPIC_EXISTS = 36
_INVALID_PARTITIONS = 37


class ImpossibleError(KafkaTaskError):
    """The wanted state cannot be reached from the present one without losing or moving data."""


class UnsettledError(KafkaTaskError):
    """The cluster accepted the change but did not show it in time."""

    changed = True


class _OvertakenError(Exception):
    """Somebody else changed the topic between our look and our write."""


@dataclass(frozen=True)
class Setting:
    """A topic config as the cluster reports it; `overridden` when it is set on the topic itself."""

    value: str
    overridden: bool


@dataclass(frozen=True)
class Topic:
    """A topic as it is, or as the cluster says it would be (then without an id).

    `partitions` and `replication_factors` are None only in a prediction by a broker older than 2.4.
    """

    name: str
    partitions: int | None
    replication_factors: frozenset[int]
    settings: Mapping[str, Setting]
    topic_id: str | None = None
    ready: bool = True  # every partition has a leader

    @property
    def replication_factor(self) -> int | None:
        """The lowest one, where partitions differ (during a reassignment)."""
        return min(self.replication_factors, default=None)

    @property
    def overrides(self) -> dict[str, str]:
        return {key: self.settings[key].value for key in sorted(self.settings) if self.settings[key].overridden}

    def summary(self) -> dict[str, Any]:
        """What a diff compares."""
        return {
            "partitions": self.partitions,
            "replication_factor": self.replication_factor,
            "config": self.overrides,
        }


@dataclass(frozen=True)
class Wanted:
    """The operator's wish; None leaves partitions and replication factor to the cluster.

    A config value of None asks for the cluster's default; with `exact` so does every config not named.
    """

    name: str
    state: str = "present"
    partitions: int | None = None
    replication_factor: int | None = None
    config: Mapping[str, str | None] = field(default_factory=dict)
    exact: bool = False

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> Wanted:
        """Raise InvalidInputError for what no cluster would accept."""
        name = params["name"]
        if name in (".", "..") or not _LEGAL_NAME.fullmatch(name):
            raise InvalidInputError(
                f"Kafka does not allow the topic name {name!r}: use 1 to 249 letters, digits, '.', '_' and '-',"
                " and neither '.' nor '..' alone."
            )
        for key in ("partitions", "replication_factor"):
            if params[key] is not None and params[key] < 1:
                raise InvalidInputError(
                    f"{key} must be 1 or more, not {params[key]}; leave it out for the broker's choice."
                )
        config = {str(key): _text(str(key), value) for key, value in params["config"].items()}
        return cls(
            name, params["state"], params["partitions"], params["replication_factor"], config, params["config_exact"]
        )


@dataclass(frozen=True)
class Plan:
    """The writes between a topic and the wish; false when there are none."""

    create: bool = False
    delete: bool = False
    grow_to: int | None = None
    set: Mapping[str, str] = field(default_factory=dict)
    reset: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.create or self.delete or self.grow_to or self.set or self.reset)


@dataclass(frozen=True)
class Outcome:
    before: Topic | None
    after: Topic | None
    changed: bool
    warnings: tuple[str, ...] = ()

    def result(self, *, with_diff: bool) -> dict[str, Any]:
        """The one place that builds what the module returns."""
        topic = self.after and {"name": self.after.name, **self.after.summary(), "topic_id": self.after.topic_id}
        result: dict[str, Any] = {"changed": self.changed, "topic": topic}
        if with_diff:
            result["diff"] = {
                "before": self.before.summary() if self.before else {},
                "after": self.after.summary() if self.after else {},
            }
        return result


def manage_topic(params: Mapping[str, Any], *, check_mode: bool) -> Outcome:
    """What the module does; raises KafkaTaskError."""
    wanted = Wanted.from_params(params)
    with reach(params) as connection:
        deadline = Deadline(connection.timeout)
        with connect(connection, deadline) as admin:
            return converge(Topics(admin, deadline), wanted, deadline, check_mode=check_mode)


def plan_for(wanted: Wanted, actual: Topic | None) -> Plan:
    """Raise ImpossibleError where Kafka has no operation for it, InvalidInputError for a config that does not exist."""
    if wanted.state == "described":
        return Plan()
    if wanted.state == "absent":
        return Plan(delete=actual is not None)
    if actual is None:
        return Plan(create=True, set={key: value for key, value in wanted.config.items() if value is not None})
    _refuse_shrinking(wanted, actual)
    _refuse_replication_change(wanted, actual)
    _refuse_unknown_resets(wanted, actual)
    return Plan(
        grow_to=wanted.partitions if wanted.partitions not in (None, actual.partitions) else None,
        set={
            key: value
            for key, value in wanted.config.items()
            if value is not None and not (key in actual.settings and _same(value, actual.settings[key].value))
        },
        reset=tuple(
            key for key in actual.overrides if (wanted.config[key] is None if key in wanted.config else wanted.exact)
        ),
    )


def predict(plan: Plan, actual: Topic) -> Topic | None:
    """An existing topic after `plan`; the value that a reset config will take is the cluster's to choose."""
    if plan.delete:
        return None
    settings = dict(actual.settings)
    settings.update({key: Setting("", overridden=False) for key in plan.reset})
    settings.update({key: Setting(value, overridden=True) for key, value in plan.set.items()})
    return replace(actual, partitions=plan.grow_to or actual.partitions, settings=settings)


def converge(topics: Topics, wanted: Wanted, deadline: Deadline, *, check_mode: bool) -> Outcome:
    """Carry out the plan, or in check mode say exactly what it would do."""
    before = topics.read(wanted.name)
    while plan := plan_for(wanted, before):
        try:
            after = topics.validate(wanted, plan, before)
            if not check_mode:
                topics.apply(wanted, plan)
        except _OvertakenError as overtaken:
            # Plan again from what the other one left; it may be all we want.
            before = _look_again(topics, wanted, before, deadline, str(overtaken))
            continue
        if not check_mode:
            after = _settle(topics, wanted, deadline)
        return Outcome(before, after, True, _warnings(wanted, plan))
    return Outcome(before, before, False)


class Topics:
    """The few requests we need, in our own terms."""

    def __init__(self, admin: Any, deadline: Deadline) -> None:
        self._admin = admin
        self._deadline = deadline

    def read(self, name: str) -> Topic | None:
        """The topic, or None when there is none; never creates it, even where the broker does so on demand."""
        [found] = self._ask(self._admin.describe_topics, [name])
        if found["error_code"] == _UNKNOWN_TOPIC:
            return None
        if found["error_code"] not in (0, _LEADER_NOT_AVAILABLE):
            raise _refusal(f"describe topic {name}", found["error_code"], None)
        configs = self._ask(self._admin.describe_configs, [ConfigResource("TOPIC", name)], config_filter="all")
        settings = _settings(configs["topic"].get(name) or {})
        partitions = found["partitions"]
        if not settings:
            if self._ask(self._admin.describe_topics, [name])[0]["error_code"] == _UNKNOWN_TOPIC:
                return None  # deleted meanwhile
            raise KafkaTaskError(
                f"The cluster does not show the configs of topic {name}: the user needs DescribeConfigs on it."
            )
        return Topic(
            name=name,
            partitions=len(partitions),
            replication_factors=frozenset(len(partition["replica_nodes"]) for partition in partitions),
            settings=settings,
            topic_id=None if found.get("topic_id") is None else str(found["topic_id"]),
            ready=bool(partitions) and all(p["error_code"] == 0 and p["leader_id"] >= 0 for p in partitions),
        )

    def validate(self, wanted: Wanted, plan: Plan, actual: Topic | None) -> Topic | None:
        """The topic as it would be after `plan`; raises RefusedError with the broker's words."""
        if actual is None:
            return self._ask(self._create, wanted, plan, validate_only=True)
        self._ask(self._update, wanted.name, plan, validate_only=True)
        return predict(plan, actual)

    def apply(self, wanted: Wanted, plan: Plan) -> None:
        if plan.create:
            self._create(wanted, plan, validate_only=False)
        elif plan.delete:
            [answer] = self._admin.delete_topics([wanted.name], raise_errors=False)["topics"]
            _check(f"delete topic {wanted.name}", answer["error_code"], answer.get("error_message"), _UNKNOWN_TOPIC)
        else:
            self._update(wanted.name, plan, validate_only=False)

    def _ask(self, question: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The answer to something that changes nothing: asked again while the cluster is between two leaders.

        Writes are not repeated: a first attempt may have succeeded unseen, and we would report "not changed".
        """
        while True:
            try:
                return question(*args, **kwargs)
            except KafkaError as error:
                if not error.retriable or self._deadline.passed:
                    raise
                time.sleep(min(_POLL_SECONDS, self._deadline.left))

    def _create(self, wanted: Wanted, plan: Plan, *, validate_only: bool) -> Topic:
        options = {
            "num_partitions": wanted.partitions or -1,
            "replication_factor": wanted.replication_factor or -1,
            "configs": dict(plan.set),
        }
        reply = self._admin.create_topics({wanted.name: options}, validate_only=validate_only, raise_errors=False)
        [answer] = reply["topics"]
        _check(f"create topic {wanted.name}", answer["error_code"], answer.get("error_message"), _TOPIC_EXISTS)
        partitions, factor = answer.get("num_partitions", -1), answer.get("replication_factor", -1)
        topic = Topic(
            name=wanted.name,
            partitions=partitions if partitions > 0 else wanted.partitions,
            replication_factors=frozenset([factor] if factor > 0 else filter(None, [wanted.replication_factor])),
            settings=_settings(answer.get("configs") or {})
            or {key: Setting(value, overridden=True) for key, value in plan.set.items()},
        )
        if answer.get("configs"):
            _refuse_unknown_resets(wanted, topic)
        return topic

    def _update(self, name: str, plan: Plan, *, validate_only: bool) -> None:
        if plan.grow_to is not None:
            reply = self._admin.create_partitions({name: plan.grow_to}, validate_only=validate_only, raise_errors=False)
            [answer] = reply.results
            task = f"grow topic {name} to {plan.grow_to} partitions"
            _check(task, answer.error_code, answer.error_message, _UNKNOWN_TOPIC, _INVALID_PARTITIONS)
        operations: dict[str, tuple[str, str | None]] = {key: ("SET", value) for key, value in plan.set.items()}
        operations.update(dict.fromkeys(plan.reset, ("DELETE", None)))
        if operations:
            # The broker's own check names the offending key; the client's would hide it.
            resource = ConfigResource("TOPIC", name, operations)
            reply = self._admin.alter_configs(
                [resource], validate_only=validate_only, raise_on_unknown=False, incremental=True
            )
            answer = reply["topic"][name]
            if answer != "OK":
                number = re.match(r"\[Error (-?\d+)\]", answer)
                code = int(number[1]) if number else -1
                _check(f"alter the config of topic {name}", code, bare_message(answer), _UNKNOWN_TOPIC)


def _settings(configs: Mapping[str, Mapping[str, Any]]) -> dict[str, Setting]:
    return {
        key: Setting(_canonical(entry["value"] or ""), entry["config_source"] == "DYNAMIC_TOPIC_CONFIG")
        for key, entry in configs.items()
    }


def _check(task: str, code: int, message: str | None, *overtaken: int) -> None:
    if code in overtaken:
        raise _OvertakenError(message or for_code(code).__name__)
    if code != 0:
        raise _refusal(task, code, message)


def _refusal(task: str, code: int, message: str | None) -> RefusedError:
    kind = for_code(code)
    reason = (message or kind.description or kind.__name__).rstrip(".")
    return RefusedError(f"Kafka refused to {task}: {reason} ({kind.__name__.removesuffix('Error')}).", code)


def _look_again(topics: Topics, wanted: Wanted, actual: Topic | None, deadline: Deadline, told: str) -> Topic | None:
    """The topic as soon as it differs from `actual`; raises RefusedError with what the broker `told` if it does not."""
    return _poll(
        lambda: topics.read(wanted.name),
        lambda seen: seen != actual,
        Deadline(min(_RACE_SECONDS, deadline.left)),
        lambda _: RefusedError(f"Kafka refused the change of topic {wanted.name}: {bare_message(told)}.", -1),
    )


def _settle(topics: Topics, wanted: Wanted, deadline: Deadline) -> Topic | None:
    """The topic once every part of the wish is visible; brokers learn of a change only after it is accepted."""

    def done(seen: Topic | None) -> bool:
        return not plan_for(wanted, seen) and (seen is None or seen.ready)

    def late(seen: Topic | None) -> KafkaTaskError:
        shown = "no such topic" if seen is None else f"{seen.summary()}{'' if seen.ready else ', without leaders'}"
        return UnsettledError(
            f"Kafka accepted the change of topic {wanted.name} but still shows {shown} at the timeout."
        )

    return _poll(lambda: topics.read(wanted.name), done, deadline, late)


def _poll(
    look: Callable[[], Topic | None],
    done: Callable[[Topic | None], bool],
    deadline: Deadline,
    late: Callable[[Topic | None], KafkaTaskError],
) -> Topic | None:
    while True:
        seen = look()
        if done(seen):
            return seen
        if deadline.passed:
            raise late(seen)
        time.sleep(min(_POLL_SECONDS, deadline.left))


def _refuse_shrinking(wanted: Wanted, actual: Topic) -> None:
    if wanted.partitions is not None and actual.partitions is not None and wanted.partitions < actual.partitions:
        raise ImpossibleError(
            f"Topic {wanted.name} has {actual.partitions} partitions and Kafka cannot shrink it to {wanted.partitions}:"
            f" ask for {actual.partitions} or more, or delete the topic with its data (state: absent) and create it"
            " again."
        )


def _refuse_replication_change(wanted: Wanted, actual: Topic) -> None:
    factors = actual.replication_factors
    if wanted.replication_factor is not None and factors != {wanted.replication_factor}:
        raise ImpossibleError(
            f"Topic {wanted.name} has replication factor {'/'.join(map(str, sorted(factors)))}, not"
            f" {wanted.replication_factor}. Changing it moves data between brokers, which this module does not do:"
            " use kafka-reassign-partitions.sh (Redpanda: rpk topic alter-config --set replication.factor), or leave"
            " replication_factor out."
        )


def _refuse_unknown_resets(wanted: Wanted, actual: Topic) -> None:
    """Brokers accept the reset of a config that does not exist, so a misspelt key would pass unnoticed."""
    unknown = sorted(key for key, value in wanted.config.items() if value is None and key not in actual.settings)
    if unknown:
        raise InvalidInputError(f"Kafka knows no topic config {', '.join(unknown)} to reset.")


def _warnings(wanted: Wanted, plan: Plan) -> tuple[str, ...]:
    if plan.create and "." in wanted.name and "_" in wanted.name:
        return (
            f"The topic name {wanted.name} has both '.' and '_', which Kafka's metric names do not tell apart:"
            " prefer one of them.",
        )
    return ()


def _text(key: str, value: Any) -> str | None:
    """A config value as Kafka stores it: playbooks also say ``true``, ``604800000`` or ``[compact, delete]``."""
    if value is None:
        return None
    if isinstance(value, list):
        return ",".join(str(item) for item in value)
    if isinstance(value, (str, int, float)):  # bool is an int
        return _canonical(str(value))
    raise InvalidInputError(f"config.{key} must be a string, a number, a boolean, a list or null, not {value!r}.")


def _canonical(value: str) -> str:
    """The one spelling, among those that Kafka reads as equal, that it reports back."""
    value = value.strip()
    if value.lower() in ("true", "false"):
        return value.lower()
    if re.fullmatch(r"[+-]?\d+", value):
        return str(int(value))
    return ",".join(part.strip() for part in value.split(","))


def _same(one: str, other: str) -> bool:
    if _canonical(one) == _canonical(other):
        return True
    try:
        return float(one) == float(other)
    except ValueError:
        return False
