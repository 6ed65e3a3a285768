#!/usr/bin/python
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

DOCUMENTATION = r"""
---
module: oracle_services_info
short_description: What there is of Oracle's services beside a cluster, in one look
version_added: 0.1.0
author:
  - The todochat.platform authors (@todochat)
description:
  - Reads container repositories and their images, the notification topic with its subscriptions, alarms, a bucket
    and what brings the containers' logs to Oracle's Logging, in one process.
options:
  compartment:
    description:
      - Name or OCID of the compartment. Empty is the root of the tenancy.
    type: str
    default: ""
  name:
    description:
      - Name of the notification topic, and of all that belongs to logging.
    type: str
    required: true
  repositories:
    description:
      - Names of the container repositories.
    type: list
    elements: str
    default: []
  keep:
    description:
      - How many images of each repository are not superseded.
    type: int
    default: 5
  in_use:
    description:
      - A tag that is never superseded.
    type: str
    default: ""
  bucket:
    description:
      - Name of the bucket; empty does not look for one.
    type: str
    default: ""
  logging:
    description:
      - Whether to look for what belongs to logging.
    type: bool
    default: false
extends_documentation_fragment:
  - todochat.platform.oracle_cloud
attributes:
  check_mode:
    support: full
    description: Only reads.
  diff_mode:
    support: none
"""

EXAMPLES = r"""
- name: Look at the services
  todochat.platform.oracle_services_info:
    compartment: todochat
    name: todochat
    repositories: [todochat/app]
"""

RETURN = r"""
compartment:
  description: The compartment, with C(id) and C(name).
  returned: always
  type: dict
namespace:
  description: The tenancy's namespace, part of the names of images and of the S3 host.
  returned: always
  type: str
repositories:
  description: By name.
  returned: always
  type: dict
superseded_images:
  description: The images that are older than the newest O(keep) of their repository and not O(in_use).
  returned: always
  type: list
  elements: dict
topic:
  description: The topic; empty when there is none.
  returned: always
  type: dict
subscriptions:
  description: By endpoint, which is the e-mail address.
  returned: always
  type: dict
alarms:
  description: By name.
  returned: always
  type: dict
bucket:
  description: The bucket; empty when there is none.
  returned: always
  type: dict
logging:
  description:
    - C(dynamic_group), C(policy), C(log_group), C(log), C(agent) and C(connector), each empty when there is none.
  returned: when O(logging)
  type: dict
"""

from ansible_collections.todochat.platform.plugins.module_utils.oracle_cloud import run_reading_module
from ansible_collections.todochat.platform.plugins.module_utils.oracle_services import look


def main() -> None:
    options = {
        "compartment": {"type": "str", "default": ""},
        "name": {"type": "str", "required": True},
        "repositories": {"type": "list", "elements": "str", "default": []},
        "keep": {"type": "int", "default": 5},
        "in_use": {"type": "str", "default": ""},
        "bucket": {"type": "str", "default": ""},
        "logging": {"type": "bool", "default": False},
    }
    run_reading_module(options, lambda session, wanted: look(session, **wanted))


if __name__ == "__main__":
    main()
