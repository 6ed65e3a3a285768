#!/usr/bin/python
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

DOCUMENTATION = r"""
---
module: oracle_free_tier
short_description: What a platform would cost on Oracle Cloud beyond what is always free
version_added: 0.1.0
author:
  - The todochat.platform authors (@todochat)
description:
  - Sums what the whole tenancy uses, in all compartments of the region, adds what is wanted and compares it with the
    allowance. A service limit
    is not the allowance; an account that pays may have far more.
  - Also asks whether the tenancy's limits let a cluster be made.
  - Only reads, and fails only when Oracle cannot be asked; what to do about the findings is up to the caller.
options:
  compartment:
    description:
      - Name or OCID of the compartment. Empty is the root of the tenancy.
    type: str
    default: ""
  allowance:
    description:
      - "What is free: C(a1_ocpus), C(a1_memory_gb), C(volumes_gb), C(load_balancers), C(load_balancer_mbps),
        C(network_load_balancers) and
        C(registry_gb)."
    type: dict
    required: true
  tags:
    description:
      - The freeform tags of what is part of the platform already.
    type: dict
    required: true
  own:
    description:
      - OCIDs of what is part of the platform without having its tags, such as a cluster and its machines that were made
        by hand.
    type: list
    elements: str
    default: []
  nodes:
    description:
      - How many machines there shall be.
    type: int
    required: true
  shape:
    description:
      - Their shape.
    type: str
    required: true
  ocpus:
    description:
      - OCPUs of each.
    type: float
    required: true
  memory_gb:
    description:
      - Memory of each in GB.
    type: float
    required: true
  boot_gb:
    description:
      - Boot volume of each in GB.
    type: float
    required: true
  volumes_gb:
    description:
      - The volume claims there shall be, in GB; each counts for at least 50.
    type: list
    elements: float
    required: true
  load_balancer:
    description:
      - What the ingress controller asks for.
    type: str
    choices: [flexible, nlb]
    required: true
  cluster_type:
    description:
      - Type of the cluster.
    type: str
    choices: [BASIC_CLUSTER, ENHANCED_CLUSTER]
    required: true
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
- name: Count what is free
  todochat.platform.oracle_free_tier:
    allowance:
      a1_ocpus: 2
      a1_memory_gb: 12
      volumes_gb: 200
      load_balancers: 1
      load_balancer_mbps: 10
      network_load_balancers: 1
      registry_gb: 0.5
    tags: {todochat-platform: todochat}
    nodes: 2
    shape: VM.Standard.A1.Flex
    ocpus: 1
    memory_gb: 6
    boot_gb: 50
    volumes_gb: [50, 50]
    load_balancer: flexible
    cluster_type: BASIC_CLUSTER
  register: free_tier
"""

RETURN = r"""
table:
  description: The account, a line each, to read.
  returned: always
  type: list
  elements: str
billed:
  description: What Oracle would bill, with the numbers and the variables to set.
  returned: always
  type: list
  elements: str
limits:
  description: What the tenancy's service limits do not allow.
  returned: always
  type: list
  elements: str
"""

from typing import Any

from ansible_collections.todochat.platform.plugins.module_utils import free_tier
from ansible_collections.todochat.platform.plugins.module_utils.oracle_cloud import Session, run_reading_module
from ansible_collections.todochat.platform.plugins.module_utils.oracle_usage import refused_by_limits, usage


def main() -> None:
    options = {
        "compartment": {"type": "str", "default": ""},
        "allowance": {"type": "dict", "required": True},
        "tags": {"type": "dict", "required": True},
        "own": {"type": "list", "elements": "str", "default": []},
        "nodes": {"type": "int", "required": True},
        "shape": {"type": "str", "required": True},
        "ocpus": {"type": "float", "required": True},
        "memory_gb": {"type": "float", "required": True},
        "boot_gb": {"type": "float", "required": True},
        "volumes_gb": {"type": "list", "elements": "float", "required": True},
        "load_balancer": {"type": "str", "choices": ["flexible", "nlb"], "required": True},
        "cluster_type": {"type": "str", "choices": ["BASIC_CLUSTER", "ENHANCED_CLUSTER"], "required": True},
    }
    run_reading_module(options, read)


def read(session: Session, parameters: dict[str, Any]) -> dict[str, Any]:
    given = {name: value for name, value in parameters.items() if name not in ("compartment", "allowance")}
    lists = {name: tuple(given[name]) for name in ("volumes_gb", "own")}
    wanted = free_tier.Wanted(**given | lists)
    allowance = {name: float(value) for name, value in parameters["allowance"].items()}
    compartment = session.compartment(parameters["compartment"])["id"]
    used = usage(session)
    limits = refused_by_limits(session, compartment, used, wanted)
    lines = free_tier.account(allowance, used, wanted)
    billed = free_tier.refusals(lines) + free_tier.too_large(used, wanted, allowance["load_balancer_mbps"])
    return {"table": free_tier.table(lines), "billed": billed, "limits": limits}


if __name__ == "__main__":
    main()
