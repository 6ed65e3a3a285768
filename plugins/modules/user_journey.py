#!/usr/bin/python
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

DOCUMENTATION = r"""
---
module: user_journey
short_description: Use the platform as people do, and see whether everything works
version_added: 0.1.0
author:
  - The todochat.platform authors (@todochat)
description:
  - Signs up two people with random names at the public origin, lets one of them chat a reminder into being, waits for
    its event, its notification over the live stream and the next occurrence of a recurring task, and checks that the
    other one sees nothing of it.
  - Both accounts and everything in them are deleted in the end, also after a failure.
  - Works through any ingress; needs nothing but the standard library.
options:
  url:
    description:
      - The public origin, such as C(https://todo.example.com).
    type: str
    required: true
  ca_file:
    description:
      - PEM file of the authority that must have signed the server's certificate. The system's when not set.
    type: path
  ca_data:
    description:
      - The same as text instead of a file; an intermediate authority will do.
    type: str
  connect_to:
    description:
      - Address to connect to, whatever DNS says; the port, the TLS name and the Host header stay those of the URL.
    type: str
  timeout:
    description:
      - Seconds to wait for each thing that happens in the background.
    type: float
    default: 30
  pages:
    description:
      - Whether the origin serves the front end's pages, too.
    type: bool
    default: true
  log_hint:
    description:
      - Where the logs are; C(%s) stands for the name of a program. Shown in a failure.
    type: str
    default: "%s"
  logs:
    description:
      - Programs whose logs are elsewhere, each with the place.
    type: dict
    default: {}
attributes:
  check_mode:
    support: full
    description: Does nothing and returns the steps that it would take.
  diff_mode:
    support: none
"""

EXAMPLES = r"""
- name: Everything works, from sign-up to notification
  todochat.platform.user_journey:
    url: http://localhost:8080
    log_hint: /var/lib/todochat/log/%s.log
"""

RETURN = r"""
steps:
  description: The steps in their order, each with the seconds that it took.
  returned: always
  type: list
  elements: dict
  sample: [{"title": "Ada signs up and in", "seconds": 0.21}]
lines:
  description: The same, to read.
  returned: always
  type: list
  elements: str
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.todochat.platform.plugins.module_utils.http_opener import Route
from ansible_collections.todochat.platform.plugins.module_utils.user_client import Client
from ansible_collections.todochat.platform.plugins.module_utils.user_journey import (
    STEPS,
    Done,
    Journey,
    Step,
    StepFailed,
    travel,
)


def to_lines(done: list[Done], steps: list[Step]) -> list[str]:
    width = max(len(step.title) for step in steps)
    return [f"{one.title:<{width}} {one.seconds:6.2f} s" for one in done]


def main() -> None:
    module = AnsibleModule(
        {
            "url": {"required": True},
            "ca_file": {"type": "path"},
            "ca_data": {},
            "connect_to": {},
            "timeout": {"type": "float", "default": 30.0},
            "pages": {"type": "bool", "default": True},
            "log_hint": {"default": "%s"},
            "logs": {"type": "dict", "default": {}},
        },
        supports_check_mode=True,
    )
    steps = [step for step in STEPS if module.params["pages"] or not step.needs_pages]
    if module.check_mode:
        titles = [step.title for step in steps]
        module.exit_json(changed=False, steps=[{"title": title, "seconds": 0.0} for title in titles], lines=titles)
    url, timeout = module.params["url"].rstrip("/"), module.params["timeout"]
    route = Route(**{key: module.params[key] for key in ("ca_file", "ca_data", "connect_to")})
    try:
        done = travel(Journey(lambda: Client(url, route, timeout), timeout), steps)
    except StepFailed as failure:
        hint, elsewhere = module.params["log_hint"], module.params["logs"]
        logs = ", ".join(elsewhere.get(program) or hint.replace("%s", program) for program in failure.step.logs)
        module.fail_json(
            msg=f"{failure}\nRead: {logs}",
            steps=[vars(one) for one in failure.done],
            lines=[*to_lines(failure.done, steps), f"{failure.step.title} FAILED"],
        )
    module.exit_json(changed=False, steps=[vars(one) for one in done], lines=to_lines(done, steps))


if __name__ == "__main__":
    main()
