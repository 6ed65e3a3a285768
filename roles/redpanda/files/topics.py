#!/usr/bin/env python3
"""Ask a broker for its topics, over one connection; the kafka_topic module has one per topic and a Python for each.

`topics.py BROKERS FORWARD '[{"name": "task-events", "partitions": 3}]'` prints, as JSON, whether a broker answers and
which of these topics it has not with those partitions; `topics.py BROKERS FORWARD --describe` prints the topics for a
person. FORWARD is the port_forward of the module as JSON, or `null`.
"""

import json
import sys
from pathlib import Path

from kafka import KafkaConsumer
from kafka.errors import KafkaError

sys.path.insert(0, str(Path(__file__).parents[3] / "plugins" / "module_utils"))
from port_forward import PortForward, PortForwardError, forwarded

FORWARD_SECONDS = 10


def partitions(brokers: str) -> dict[str, int] | None:
    """Return the number of partitions of every topic, or None when no broker answers within two seconds."""
    try:
        consumer = KafkaConsumer(bootstrap_servers=brokers.split(","), bootstrap_timeout_ms=2000)
        return {name: len(consumer.partitions_for_topic(name) or ()) for name in consumer.topics()}
    except KafkaError:
        return None


def look(brokers: str, forward: dict | None) -> dict[str, int] | None:
    """Return what `partitions` does, through a forwarded port where there is one."""
    if forward is None:
        return partitions(brokers)
    try:
        with forwarded(PortForward(**forward, local_port=forward["port"]), FORWARD_SECONDS) as port:
            return partitions(f"127.0.0.1:{port}")
    except PortForwardError:
        return None


def main() -> None:
    """Print what was asked for."""
    brokers, question = sys.argv[1], sys.argv[3]
    found = look(brokers, json.loads(sys.argv[2]))
    if question == "--describe":
        topics = ", ".join(f"{name} ({count})" for name, count in sorted((found or {}).items()) if name[:2] != "__")
        print(f"{brokers}: " + ("not answering" if found is None else f"topics (partitions) {topics or 'none'}"))
        return
    # A topic with settings is left to the module, which knows what is already in effect.
    wanting = [
        topic
        for topic in json.loads(question)
        if (found or {}).get(topic["name"]) != topic["partitions"] or topic.get("config")
    ]
    print(json.dumps({"answers": found is not None, "wanting": wanting}))


main()
