"""Run modules of the collection against a real broker, in this process or as Ansible runs them."""

from __future__ import annotations

import contextlib
import gc
import io
import json
import os
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from ansible.module_utils.testing import patch_module_args

from tests.support.kafka import Broker, start_kafka

with warnings.catch_warnings():  # kafka-python reads its schemas with importlib.resources.read_text
    warnings.simplefilter("ignore", DeprecationWarning)
    from kafka import KafkaAdminClient
    from kafka.admin import ConfigResource

ROOT = Path(__file__).parents[2]
COLLECTIONS = ROOT / ".ansible" / "collections"
MODULE = "ansible_collections.todochat.platform.plugins.modules.kafka_topic"


def _importable_collection() -> None:
    """Let `ansible_collections.todochat.platform` mean this checkout, here and for Ansible."""
    link = COLLECTIONS / "ansible_collections" / "todochat" / "platform"
    link.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        link.symlink_to(os.path.relpath(ROOT, link.parent), target_is_directory=True)
    sys.path.insert(0, str(COLLECTIONS))


_importable_collection()


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """One broker for all tests of this process; every test uses topics of its own."""
    with start_kafka(tmp_path_factory.mktemp("kafka"), secure=True) as running:
        yield running


@dataclass(frozen=True)
class Observed:
    """A topic as the broker tells somebody else than our module."""

    partitions: int
    config: dict[str, str]
    topic_id: str


class Onlooker:
    """Reads and writes topics without our module."""

    def __init__(self, admin: KafkaAdminClient) -> None:
        self.admin = admin

    def see(self, name: str) -> Observed | None:
        [topic] = self.admin.describe_topics([name])
        if topic["error_code"] == 3:
            return None
        assert topic["error_code"] == 0, topic
        settings = self.admin.describe_configs([ConfigResource("TOPIC", name)], config_filter="all")["topic"][name]
        own = {key: s["value"] for key, s in settings.items() if s["config_source"] == "DYNAMIC_TOPIC_CONFIG"}
        return Observed(len(topic["partitions"]), own, str(topic["topic_id"]))

    def create(self, name: str, partitions: int = 1, config: Mapping[str, str] | None = None) -> Observed:
        self.admin.create_topics(
            {name: {"num_partitions": partitions, "configs": dict(config or {})}}, wait_for_metadata=True
        )
        seen = self.see(name)
        assert seen is not None
        return seen


@pytest.fixture(scope="session")
def onlooker(broker: Broker) -> Iterator[Onlooker]:
    with KafkaAdminClient(bootstrap_servers=broker.bootstrap) as admin:
        yield Onlooker(admin)


@pytest.fixture
def topic() -> str:
    """A name that no other test uses."""
    return f"t-{uuid4().hex[:12]}"


Result = dict[str, Any]
Run = Callable[..., Result]


def _run_main(main: Callable[[], None], arguments: dict[str, Any]) -> Result:
    output = io.StringIO()
    with patch_module_args(arguments), contextlib.redirect_stdout(output):
        try:
            main()
        except SystemExit as exit_:
            status = exit_.code
    result: Result = json.loads(output.getvalue())
    assert bool(result.get("failed")) == (status != 0)
    return result


@pytest.fixture
def kafka_topic(broker: Broker, topic: str) -> Run:
    """Run the module in this process: real arguments in, the JSON that Ansible would read out.

    `check` and `diff` are Ansible's modes; the name and the plain listener are filled in. A run must succeed, or with
    `fails` must not.
    """
    from importlib import import_module

    main = import_module(MODULE).main

    def run(*, check: bool = False, diff: bool = False, fails: bool = False, **parameters: Any) -> Result:
        arguments = {"name": topic, "bootstrap_servers": [broker.bootstrap], **parameters}
        arguments |= {"_ansible_check_mode": check, "_ansible_diff": diff}
        with warnings.catch_warnings():
            # kafka-python leaves sockets of failed connections to the collector; a module's process ends there.
            warnings.simplefilter("ignore", ResourceWarning)
            try:
                result = _run_main(main, arguments)
            finally:
                gc.collect()
        assert bool(result.get("failed")) == fails, result
        return result

    return run


@pytest.fixture
def start_module(broker: Broker, topic: str) -> Callable[..., subprocess.Popen[str]]:
    """Start the module as a process of its own, with more environment variables and parameters."""

    def start(environment: dict[str, str] | None = None, **parameters: Any) -> subprocess.Popen[str]:
        arguments = {"name": topic, "bootstrap_servers": [broker.bootstrap], **parameters}
        path = os.pathsep.join(filter(None, [(environment or {}).get("PYTHONPATH"), str(COLLECTIONS)]))
        process = subprocess.Popen(
            [sys.executable, "-m", MODULE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **(environment or {}), "PYTHONPATH": path},
        )
        assert process.stdin is not None
        process.stdin.write(json.dumps({"ANSIBLE_MODULE_ARGS": arguments}))
        process.stdin.close()
        process.stdin = None
        return process

    return start
