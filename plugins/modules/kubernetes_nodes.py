#!/usr/bin/python
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

DOCUMENTATION = r"""
---
module: kubernetes_nodes
short_description: Wait until a cluster has so many nodes that are Ready
version_added: 0.1.0
author:
  - The todochat.platform authors (@todochat)
description:
  - Waits until at least O(count) nodes are Ready and no node is not.
  - Fails with what the others say when O(timeout) is over.
options:
  kubeconfig:
    description:
      - The kubeconfig file.
    type: path
    required: true
  count:
    description:
      - How many nodes.
    type: int
    required: true
  timeout:
    description:
      - Seconds to wait.
    type: float
    default: 600
attributes:
  check_mode:
    support: full
    description: Only reads.
  diff_mode:
    support: none
requirements:
  - kubernetes
"""

EXAMPLES = r"""
- name: Two nodes are Ready
  todochat.platform.kubernetes_nodes:
    kubeconfig: /home/me/.kube/config
    count: 2
"""

RETURN = r"""
nodes:
  description: Each node's name with what it says about itself, C(Ready) at best.
  returned: always
  type: dict
  sample: {"10.0.10.12": "Ready"}
"""

import time
from typing import Any

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

try:
    from kubernetes import client, config
except ImportError:
    client = None  # type: ignore[assignment]


def main() -> None:
    module = AnsibleModule(
        {
            "kubeconfig": {"type": "path", "required": True},
            "count": {"type": "int", "required": True},
            "timeout": {"type": "float", "default": 600},
        },
        supports_check_mode=True,
    )
    if client is None:
        module.fail_json(msg=missing_required_lib("kubernetes"))
    end = time.monotonic() + module.params["timeout"]
    nodes: dict[str, str] = {}
    error = ""
    while True:
        try:
            nodes, error = look(module.params["kubeconfig"]), ""
        except Exception as failure:
            error = f" The API at last: {failure}"
        ready = [name for name, state in nodes.items() if state == "Ready"]
        if not error and len(ready) == len(nodes) >= module.params["count"]:
            module.exit_json(changed=False, nodes=nodes)
        if time.monotonic() > end:
            break
        time.sleep(2)
    wanted, seconds = module.params["count"], module.params["timeout"]
    others = "; ".join(f"{name}: {state}" for name, state in nodes.items() if state != "Ready")
    module.fail_json(
        msg=f"After {seconds:g} s {len(ready)} of {wanted} nodes are Ready. {others}{error}",
        nodes=nodes,
    )


def look(kubeconfig: str) -> dict[str, str]:
    """Each node's name and what its condition Ready says."""
    api: Any = client.CoreV1Api(config.new_client_from_config(kubeconfig))  # type: ignore[no-untyped-call]
    return {node.metadata.name: state_of(node) for node in api.list_node(_request_timeout=10).items}


def state_of(node: Any) -> str:
    """`Ready`, or why it is not."""
    for condition in node.status.conditions or []:
        if condition.type == "Ready":
            return "Ready" if condition.status == "True" else f"not Ready, {condition.message or condition.reason}"
    return "it has not said anything yet"


if __name__ == "__main__":
    main()
