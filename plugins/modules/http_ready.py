#!/usr/bin/python
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

DOCUMENTATION = r"""
---
module: http_ready
short_description: Wait until HTTP endpoints answer as they should
version_added: 0.1.0
author:
  - The todochat.platform authors (@todochat)
description:
  - Asks all endpoints at once, again and again, until each one gives the wanted answer.
  - Fails with one line for each that did not, saying what it answered last. Changes nothing.
options:
  checks:
    description:
      - The endpoints.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: What the endpoint is called in a failure.
        type: str
        required: true
      url:
        description: Where it is. Proxies from the environment are not used.
        type: str
        required: true
      status:
        description: The wanted HTTP status.
        type: int
        default: 200
      values:
        description: Keys of the JSON object that must be answered, with their values.
        type: dict
        default: {}
      names:
        description: Keys of the JSON object that are lists of objects, each with the C(name)s that must be in it.
        type: dict
        default: {}
      contains:
        description: Text that must be in the answer.
        type: str
        default: ""
      header_files:
        description: Headers to send, each with the file that has its value.
        type: dict
        default: {}
      ca_file:
        description: PEM file of the authority that must have signed the certificate. The system's when not set.
        type: path
      ca_data:
        description: The same as text instead of a file; an intermediate authority will do.
        type: str
      connect_to:
        description:
          - Address to connect to, whatever DNS says; the port, the TLS name and the Host header stay those of the URL.
        type: str
      log:
        description: Where to look when it does not answer; shown in the failure.
        type: str
        default: ""
  timeout:
    description:
      - Seconds to wait for all of them.
    type: float
    default: 60
attributes:
  check_mode:
    support: full
    description: Does not ask, since what it waits for may not have been started.
  diff_mode:
    support: none
"""

EXAMPLES = r"""
- name: The backend is ready
  todochat.platform.http_ready:
    checks:
      - name: todo-backend
        url: http://127.0.0.1:8000/readyz
      - name: sidecar of todo-backend
        url: http://127.0.0.1:3500/v1.0/metadata
        names: {components: [pubsub-kafka]}
        header_files: {dapr-api-token: /var/lib/todochat/credentials/dapr-api-token}
"""

RETURN = r"""
ready:
  description: The names of the endpoints that were waited for.
  returned: success
  type: list
  elements: str
"""

from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.todochat.platform.plugins.module_utils.http_checks import Check, wait_for_all
from ansible_collections.todochat.platform.plugins.module_utils.http_opener import Route
from ansible_collections.todochat.platform.plugins.module_utils.secret_values import SecretsError, read_text

CHECK_ARGUMENTS: dict[str, dict[str, Any]] = {
    "name": {"required": True},
    "url": {"required": True},
    "status": {"type": "int", "default": 200},
    "values": {"type": "dict", "default": {}},
    "names": {"type": "dict", "default": {}},
    "contains": {"default": ""},
    "header_files": {"type": "dict", "default": {}},
    "ca_file": {"type": "path"},
    "ca_data": {},
    "connect_to": {},
    "log": {"default": ""},
}


def to_check(params: dict[str, Any]) -> Check:
    fields = {key: params[key] for key in ("name", "url", "status", "values", "names", "contains")}
    route = Route(**{key: params[key] for key in ("ca_file", "ca_data", "connect_to")})
    headers = {name: read_text(path) for name, path in params["header_files"].items()}
    return Check(**fields, headers=headers, route=route)


def main() -> None:
    module = AnsibleModule(
        {
            "checks": {"type": "list", "elements": "dict", "required": True, "options": CHECK_ARGUMENTS},
            "timeout": {"type": "float", "default": 60.0},
        },
        supports_check_mode=True,
    )
    checks = module.params["checks"]
    names = [check["name"] for check in checks]
    if module.check_mode:
        module.exit_json(changed=False, ready=names, msg="Not asked in check mode.")
    try:
        wrong = wait_for_all([to_check(check) for check in checks], module.params["timeout"])
    except SecretsError as error:
        module.fail_json(msg=str(error))
    logs = {check["name"]: check["log"] for check in checks}
    lines = [f"{name}: {what}" + (f" (log: {logs[name]})" if logs[name] else "") for name, what in wrong.items()]
    if lines:
        module.fail_json(msg=f"Not ready after {module.params['timeout']:g} s:\n" + "\n".join(lines))
    module.exit_json(changed=False, ready=names)


if __name__ == "__main__":
    main()
