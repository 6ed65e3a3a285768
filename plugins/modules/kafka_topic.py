#!/usr/bin/python
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

DOCUMENTATION = r"""
---
module: kafka_topic
short_description: Manage a topic of Apache Kafka or Redpanda
version_added: 0.1.0
author:
  - The todochat.platform authors (@todochat)
description:
  - Creates and deletes topics, adds partitions, sets and resets topic configs, and describes a topic as it is.
  - Refuses what Kafka has no safe operation for, such as fewer partitions or another replication factor, and says what
    to do instead.
  - The cluster checks every change before anything is written. A change that it refuses has therefore changed nothing,
    and check mode finds the same errors as a real run.
  - A change is finished when the cluster's metadata show it and every partition has a leader.
requirements:
  - Apache Kafka 2.4 or newer, or Redpanda
extends_documentation_fragment:
  - todochat.platform.kafka
options:
  name:
    description:
      - Name of the topic, 1 to 249 letters, digits, C(.), C(_) and C(-).
    type: str
    required: true
  state:
    description:
      - V(present) creates the topic or changes it to match O(partitions) and O(config).
      - V(absent) deletes the topic with all its data.
      - V(described) changes nothing and returns the topic, or V(null) for RV(topic) when there is none. The
        options of the other states are then without effect.
    type: str
    choices: [present, absent, described]
    default: present
  partitions:
    description:
      - Number of partitions. An existing topic with fewer grows; one with more is refused.
      - Growing changes which partition a key goes to, so messages of one key may be read out of order meanwhile.
      - When not set, a new topic gets the broker's C(num.partitions) and an existing one keeps what it has.
    type: int
  replication_factor:
    description:
      - Copies of each partition. It must agree with an existing topic; changing it is refused.
      - When not set, a new topic gets the broker's C(default.replication.factor).
    type: int
  config:
    description:
      - Topic configs such as C(retention.ms). Numbers, booleans and lists are written as Kafka writes them.
      - A value of V(null) resets the config to the cluster's default.
      - A config whose value is already in effect is left alone, also when it comes from the cluster's default.
      - Configs not named keep their value, unless O(config_exact=true).
    type: dict
    default: {}
  config_exact:
    description:
      - Whether to reset every config that is set on the topic but not named in O(config).
    type: bool
    default: false
attributes:
  check_mode:
    support: full
    description: Predicts the result without changing anything; the cluster itself validates the prediction.
  diff_mode:
    support: full
    description: Compares partitions, replication factor and the configs set on the topic.
"""

EXAMPLES = r"""
- name: Create the topic of task events
  todochat.platform.kafka_topic:
    name: task-events
    partitions: 3
    replication_factor: 1
    config:
      retention.ms: 604800000
      cleanup.policy: [compact, delete]
    bootstrap_servers: ["localhost:9092"]

- name: Keep messages as long as the cluster does by default
  todochat.platform.kafka_topic:
    name: task-events
    config:
      retention.ms: null
    bootstrap_servers: ["localhost:9092"]

- name: Create a topic at a provider that asks for a password
  todochat.platform.kafka_topic:
    name: reminders
    partitions: 3
    bootstrap_servers: "{{ redpanda_brokers }}"
    security_protocol: SASL_SSL
    sasl_mechanism: SCRAM-SHA-256
    sasl_username: "{{ redpanda_username }}"
    sasl_password: "{{ redpanda_password }}"

- name: Create a topic at a broker in Kubernetes
  todochat.platform.kafka_topic:
    name: reminders
    partitions: 3
    port_forward: {namespace: todochat, resource: pod/kafka-0, port: 19094}

- name: Look at a topic
  todochat.platform.kafka_topic:
    name: task-updates
    state: described
    bootstrap_servers: ["localhost:9092"]
  register: task_updates

- name: Delete a topic with its data
  todochat.platform.kafka_topic:
    name: task-updates
    state: absent
    bootstrap_servers: ["localhost:9092"]
"""

RETURN = r"""
topic:
  description:
    - The topic after the task, or as it would be in check mode; V(null) when there is none.
  returned: success
  type: dict
  contains:
    name:
      description: Name of the topic.
      type: str
      sample: task-events
    partitions:
      description: Number of partitions.
      type: int
      sample: 3
    replication_factor:
      description: Copies of each partition; the lowest number while a reassignment makes them differ.
      type: int
      sample: 1
    config:
      description: The configs that are set on the topic itself, as strings. All others follow the cluster's default.
      type: dict
      sample: {"cleanup.policy": "compact,delete", "retention.ms": "604800000"}
    topic_id:
      description: The cluster's id of this very topic. V(null) in the prediction of a new one.
      type: str
      sample: d5ea3949-014a-4623-ac40-11d4f8f4d888
"""

from ansible.module_utils.basic import AnsibleModule, missing_required_lib
from ansible_collections.todochat.platform.plugins.module_utils.kafka_connection import (
    CONNECTION_ARGUMENTS,
    CONNECTION_RULES,
    KAFKA_IMPORT_ERROR,
    KAFKA_REQUIREMENT,
    KafkaTaskError,
)
from ansible_collections.todochat.platform.plugins.module_utils.kafka_topics import TOPIC_ARGUMENTS, manage_topic


def main() -> None:
    module = AnsibleModule(TOPIC_ARGUMENTS | CONNECTION_ARGUMENTS, supports_check_mode=True, **CONNECTION_RULES)
    if KAFKA_IMPORT_ERROR is not None:
        module.fail_json(msg=missing_required_lib(KAFKA_REQUIREMENT), exception=KAFKA_IMPORT_ERROR)
    try:
        outcome = manage_topic(module.params, check_mode=module.check_mode)
    except KafkaTaskError as error:
        module.fail_json(msg=str(error), changed=error.changed)
    for warning in outcome.warnings:
        module.warn(warning)
    module.exit_json(**outcome.result(with_diff=module._diff))


if __name__ == "__main__":
    main()
