#!/usr/bin/python
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

DOCUMENTATION = r"""
---
module: oke_info
short_description: What there is of a Kubernetes cluster on Oracle Cloud, in one look
version_added: 0.1.0
author:
  - The todochat.platform authors (@todochat)
description:
  - Reads compartment, availability domains, network, cluster, node pool with its nodes, versions and node images in
    one process; each
    module of oracle.oci takes seconds to start.
  - Values have the names that the parameters of oracle.oci have, so that the one can be compared with the other.
options:
  compartment:
    description:
      - Name or OCID of the compartment. Empty is the root of the tenancy.
    type: str
    default: ""
  vcn:
    description:
      - Name of the network; what is in it is found by its own name.
    type: str
    required: true
  cluster:
    description:
      - Name of the cluster.
    type: str
    required: true
  node_pool:
    description:
      - Name of the node pool.
    type: str
    required: true
  shape:
    description:
      - The shape to ask the capacity report for; empty does not ask.
    type: str
    default: ""
  shape_ocpus:
    description:
      - OCPUs of such a machine.
    type: float
    default: 1
  shape_memory_gb:
    description:
      - Memory of such a machine in GB.
    type: float
    default: 6
  tags:
    description:
      - The freeform tags of load balancers and volumes to look for; without any they are not looked for.
    type: dict
    default: {}
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
- name: Look at the cluster
  todochat.platform.oke_info:
    compartment: todochat
    vcn: todochat
    cluster: todochat
    node_pool: todochat
  register: found
"""

RETURN = r"""
compartment:
  description: The compartment, with C(id) and C(name).
  returned: always
  type: dict
tenancy_id:
  description: The OCID of the tenancy, which is its root compartment.
  returned: always
  type: str
region:
  description: Name of the region.
  returned: always
  type: str
region_key:
  description: Its three letters, with which the registry's host name begins.
  returned: always
  type: str
availability_domains:
  description: Their names.
  returned: always
  type: list
  elements: str
vcn:
  description: The network; empty when there is none.
  returned: always
  type: dict
internet_gateways:
  description: By name.
  returned: always
  type: dict
route_tables:
  description: By name.
  returned: always
  type: dict
security_lists:
  description: By name.
  returned: always
  type: dict
subnets:
  description: By name.
  returned: always
  type: dict
cluster:
  description: The cluster, with C(available_kubernetes_upgrades); empty when there is none.
  returned: always
  type: dict
node_pool:
  description: The node pool with its C(nodes); empty when there is none.
  returned: always
  type: dict
failed_nodes:
  description: Those of its nodes that could not be launched or have failed since, with their C(node_error).
  returned: always
  type: list
  elements: dict
kubernetes_versions:
  description: What a new cluster can be, oldest first.
  returned: always
  type: list
  elements: str
leftovers:
  description: C(load_balancers), C(network_load_balancers) and C(volumes) with O(tags), which outlive the cluster.
  returned: always
  type: dict
quota:
  description: The quota of the cluster's name with its C(statements); empty when there is none.
  returned: always
  type: dict
budget:
  description: The budget of the cluster's name; empty when there is none.
  returned: always
  type: dict
budget_alert:
  description: Its alert rule of the same name.
  returned: always
  type: dict
capacity:
  description:
    - For each availability domain whether it has room for one more machine of O(shape), such as C(AVAILABLE) or
      C(OUT_OF_HOST_CAPACITY).
    - Empty when the user may not ask.
  returned: always
  type: dict
node_images:
  description: For each version its newest image for aarch64, with C(image_id) and C(source_name).
  returned: always
  type: dict
"""

from ansible_collections.todochat.platform.plugins.module_utils.oke import look
from ansible_collections.todochat.platform.plugins.module_utils.oracle_cloud import run_reading_module


def main() -> None:
    options = {
        "compartment": {"type": "str", "default": ""},
        "vcn": {"type": "str", "required": True},
        "cluster": {"type": "str", "required": True},
        "node_pool": {"type": "str", "required": True},
        "shape": {"type": "str", "default": ""},
        "shape_ocpus": {"type": "float", "default": 1},
        "shape_memory_gb": {"type": "float", "default": 6},
        "tags": {"type": "dict", "default": {}},
    }
    run_reading_module(options, lambda session, wanted: look(session, **wanted))


if __name__ == "__main__":
    main()
