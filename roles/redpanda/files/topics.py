#!/usr/bin/env python3
"""Ask a broker for its topics, over one connection; the kafka_topic module has one per topic and a Python for each.

`topics.py BROKERS '[{"name": "task-events", "partitions": 3}]'` prints, as JSON, whether a broker answers and which of
these topics it has not with those partitions; `topics.py --describe BROKERS` prints the topics for a person.
"""

import json
import sys

from kafka import KafkaConsumer
from kafka.errors import KafkaError


def partitions(brokers: str) -> dict[str, int] | None:
    """Return the number of partitions of every topic, or None when no broker answers within two seconds."""
    try:
        consumer = KafkaConsumer(bootstrap_servers=brokers.split(","), bootstrap_timeout_ms=2000)
        return {name: len(consumer.partitions_for_topic(name) or ()) for name in consumer.topics()}
    except KafkaError:
        return None


def main() -> None:
    """Print what was asked for."""
    if sys.argv[1] == "--describe":
        found = partitions(sys.argv[2])
        topics = ", ".join(f"{name} ({count})" for name, count in sorted((found or {}).items()) if name[:2] != "__")
        print(f"{sys.argv[2]}: " + ("not answering" if found is None else f"topics (partitions) {topics or 'none'}"))
        return
    wanted, found = json.loads(sys.argv[2]), partitions(sys.argv[1])
    # A topic with settings is left to the module, which knows what is already in effect.
    wanting = [
        topic for topic in wanted if (found or {}).get(topic["name"]) != topic["partitions"] or topic.get("config")
    ]
    print(json.dumps({"answers": found is not None, "wanting": wanting}))


main()
