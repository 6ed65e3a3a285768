#!/usr/bin/python
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

DOCUMENTATION = r"""
---
module: oke_work_request
short_description: Follow what Oracle is doing with a cluster or a node pool until it ends
version_added: 0.1.0
author:
  - The todochat.platform authors (@todochat)
description:
  - Creating a cluster takes minutes, a node pool as well; oracle.oci waits for them in silence. This shows what is
    going on.
  - Fails with Oracle's own errors when the work request fails, and when O(timeout) is over, in which case it goes on
    at Oracle.
  - "'Out of host capacity' does not fail the call that asks for machines: it is an error of this work request."
options:
  compartment_id:
    description:
      - OCID of the compartment.
    type: str
    required: true
  resource_id:
    description:
      - OCID of the cluster or the node pool; its newest work request is followed.
    type: str
    required: true
  timeout:
    description:
      - Seconds to wait.
    type: float
    default: 1800
  interval:
    description:
      - Seconds between two looks.
    type: float
    default: 15
  errors_are_fatal:
    description:
      - Whether a work request that fails fails the task.
    type: bool
    default: true
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
- name: The cluster is there
  todochat.platform.oke_work_request:
    compartment_id: "{{ compartment_id }}"
    resource_id: "{{ cluster_id }}"
"""

RETURN = r"""
work_request:
  description: Its C(id), C(operation), C(status), C(log) and C(errors); empty when nothing was ever done.
  returned: always
  type: dict
"""

from typing import Any

from ansible_collections.todochat.platform.plugins.module_utils.oke import work_request
from ansible_collections.todochat.platform.plugins.module_utils.oracle_cloud import Session, run_reading_module


def main() -> None:
    options = {
        "compartment_id": {"type": "str", "required": True},
        "resource_id": {"type": "str", "required": True},
        "timeout": {"type": "float", "default": 1800},
        "interval": {"type": "float", "default": 15},
        "errors_are_fatal": {"type": "bool", "default": True},
    }
    run_reading_module(options, read)


def read(session: Session, parameters: dict[str, Any]) -> dict[str, Any]:
    # Repeating it, and showing what has happened meanwhile, is done by the action plugin of the same name.
    return {"work_request": work_request(session, parameters["compartment_id"], parameters["resource_id"])}


if __name__ == "__main__":
    main()
