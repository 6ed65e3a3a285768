#!/usr/bin/python
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

DOCUMENTATION = r"""
---
module: dead_letters
short_description: List, replay or discard the messages that no consumer could handle
version_added: 0.1.0
author:
  - The todochat.platform authors (@todochat)
description:
  - Dapr puts a message into the dead-letter topic when a consumer could not handle it after all retries. This module
    shows what is new there, publishes it again to the topic that it came from, or marks it as seen.
  - A replayed message reaches every consumer; those that had its effect recognise it by its id.
  - What was replayed or discarded is remembered at the broker and not offered again. Nothing is deleted.
extends_documentation_fragment:
  - todochat.platform.kafka
options:
  action:
    description:
      - V(list) changes nothing.
      - V(replay) publishes each event once, however many consumers failed on it.
      - V(discard) takes them for done.
    type: str
    choices: [list, replay, discard]
    default: list
  topic:
    description:
      - The dead-letter topic.
    type: str
    default: dead-letter
attributes:
  check_mode:
    support: full
    description: Lists what would be replayed or discarded.
  diff_mode:
    support: none
"""

EXAMPLES = r"""
- name: Give the consumers another try
  todochat.platform.dead_letters:
    action: replay
    bootstrap_servers: ["localhost:9092"]
"""

RETURN = r"""
messages:
  description: The messages, oldest first. Their data is not shown.
  returned: success
  type: list
  elements: dict
  sample:
    - {topic: task-events, type: task.created, id: 0199f7f0-…, time: "2026-11-22T06:26:02Z", partition: 0, offset: 7}
"""

from ansible.module_utils.basic import AnsibleModule, missing_required_lib
from ansible_collections.todochat.platform.plugins.module_utils.dead_letters import handle
from ansible_collections.todochat.platform.plugins.module_utils.kafka_connection import (
    CONNECTION_ARGUMENTS,
    CONNECTION_RULES,
    KAFKA_IMPORT_ERROR,
    KAFKA_REQUIREMENT,
    KafkaTaskError,
    reach,
)


def main() -> None:
    arguments = {
        "action": {"choices": ["list", "replay", "discard"], "default": "list"},
        "topic": {"default": "dead-letter"},
    }
    module = AnsibleModule(arguments | CONNECTION_ARGUMENTS, supports_check_mode=True, **CONNECTION_RULES)
    if KAFKA_IMPORT_ERROR is not None:
        module.fail_json(msg=missing_required_lib(KAFKA_REQUIREMENT), exception=KAFKA_IMPORT_ERROR)
    action = module.params["action"]
    try:
        with reach(module.params) as connection:
            letters = handle(connection, module.params["topic"], "list" if module.check_mode else action)
    except KafkaTaskError as error:
        module.fail_json(msg=str(error), changed=error.changed)
    module.exit_json(changed=action != "list" and bool(letters), messages=[letter.describe() for letter in letters])


if __name__ == "__main__":
    main()
