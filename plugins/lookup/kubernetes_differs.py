"""Whether a cluster's objects differ from what they should be."""

from __future__ import annotations

DOCUMENTATION = r"""
name: kubernetes_differs
author: The todochat.platform authors (@todochat)
short_description: Whether a cluster's objects differ from what they should be
description:
  - Asks the API server, by C(kubectl diff --server-side), whether applying the objects would change anything.
  - It takes a tenth of the time of C(kubernetes.core.k8s), so that module is left for what has to be changed.
  - The objects go to C(kubectl) by its standard input, never by its command line, and nothing of them is returned.
version_added: 0.1.0
options:
  _terms:
    description: The objects, as dictionaries.
    type: list
    elements: dict
    required: true
  kubectl:
    description: How C(kubectl) is called.
    type: list
    elements: str
    default: [kubectl]
  field_manager:
    description: Who applies them.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Apply what differs
  kubernetes.core.k8s:
    definition: "{{ objects }}"
    apply: true
  when: lookup('todochat.platform.kubernetes_differs', *objects, field_manager='todochat.platform')
"""

RETURN = r"""
_raw:
  description:
    - Whether any of the objects is missing or differs; also when the API server cannot say,
      so that applying them tells what is wrong.
  type: list
  elements: bool
"""

import json
import subprocess
from typing import Any

from ansible.plugins.lookup import LookupBase


class LookupModule(LookupBase):  # type: ignore[misc]
    """See DOCUMENTATION."""

    def run(self, terms: list[dict[str, Any]], variables: Any = None, **options: Any) -> list[bool]:
        """Return one element, whether there is any difference."""
        self.set_options(var_options=variables, direct=options)
        objects = json.dumps({"apiVersion": "v1", "kind": "List", "items": terms})
        command = [*self.get_option("kubectl"), "diff", "--server-side", "--force-conflicts", "--filename=-"]
        command.append(f"--field-manager={self.get_option('field_manager')}")
        done = subprocess.run(command, input=objects, text=True, capture_output=True, check=False)  # noqa: S603 - no shell
        return [done.returncode != 0]
