#!/usr/bin/python
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

DOCUMENTATION = r"""
---
module: ocir_image_info
short_description: What container images a registry has, and for which processors
version_added: 0.1.0
author:
  - The todochat.platform authors (@todochat)
description:
  - Asks Oracle's registry, or any other by the same API, about all images at once, without downloading them.
  - Fails with one line for each image that is missing, or not for the processors that it is needed for.
options:
  images:
    description:
      - The images in full, such as C(fra.ocir.io/namespace/todochat/app:1.0.0); a digest instead of the tag will do.
    type: list
    elements: str
    required: true
  required_architectures:
    description:
      - What each image must be for, as images name it, such as C(arm64) or C(amd64). Empty asks for nothing.
    type: list
    elements: str
    default: []
  missing_ok:
    description:
      - Whether images may be missing; then their C(exists) is false.
    type: bool
    default: false
  build_command:
    description:
      - The command that makes what is missing; shown in the failure.
    type: str
    default: ""
  username:
    description:
      - User of the registry; Oracle's are C(<namespace>/<user>). Without one it is whoever C(docker login) or
        C(podman login) has kept in its file for that registry, or nobody.
      - It is for one registry, so then O(images) must all be in the same.
    type: str
  password:
    description:
      - Its password; for Oracle an auth token of the user.
    type: str
  insecure:
    description:
      - Speaks HTTP without TLS, for registries on this machine.
    type: bool
    default: false
  ca_file:
    description:
      - PEM file of the authority that must have signed the registry's certificate. The system's when not set.
    type: path
  timeout:
    description:
      - Seconds that each request may take.
    type: float
    default: 20
attributes:
  check_mode:
    support: full
    description: Only reads.
  diff_mode:
    support: none
"""

EXAMPLES = r"""
- name: The images are there for the nodes' processors
  todochat.platform.ocir_image_info:
    images:
      - fra.ocir.io/mynamespace/todochat/app:1.0.0
      - fra.ocir.io/mynamespace/todochat/frontend:1.0.0
    required_architectures: [arm64]
    username: mynamespace/me@example.com
    password: "{{ lookup('ansible.builtin.env', 'OCIR_TOKEN') }}"

- name: Whether this version is published
  todochat.platform.ocir_image_info:
    images: ["ghcr.io/todochat/app:1.0.0"]
    missing_ok: true
  register: published
"""

RETURN = r"""
images:
  description: What there is, for each of the images by its name; those that could not be asked for are left out.
  returned: always
  type: dict
  contains:
    exists:
      description: Whether the registry has it. All else is returned only when it has.
      type: bool
    digest:
      description: Of the index or manifest; with it the very same image can be had again.
      type: str
    created:
      description: When the newest of its platforms was built.
      type: str
    architectures:
      description: What it is for on Linux.
      type: list
      elements: str
    platforms:
      description:
        - One for each platform, with C(os), C(architecture), C(variant), C(digest), C(created) and C(size), which is
          what its layers have to download in bytes.
      type: list
      elements: dict
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.todochat.platform.plugins.module_utils.container_registry import (
    Access,
    NotFound,
    look_at_all,
    problems,
)

ACCESS = ("username", "password", "insecure", "ca_file", "timeout")


def main() -> None:
    module = AnsibleModule(
        {
            "images": {"type": "list", "elements": "str", "required": True},
            "required_architectures": {"type": "list", "elements": "str", "default": []},
            "missing_ok": {"type": "bool", "default": False},
            "build_command": {"default": ""},
            "username": {},
            "password": {"no_log": True},
            "insecure": {"type": "bool", "default": False},
            "ca_file": {"type": "path"},
            "timeout": {"type": "float", "default": 20.0},
        },
        required_together=[("username", "password")],
        supports_check_mode=True,
    )
    wanted = module.params["images"]
    if module.params["username"] and len(registries := sorted({image.partition("/")[0] for image in wanted})) > 1:
        module.fail_json(msg=f"A user is of one registry, these are several: {', '.join(registries)}.")
    found = look_at_all(wanted, Access(**{field: module.params[field] for field in ACCESS}))
    failed, lacking = problems(found, module.params["required_architectures"], module.params["missing_ok"])
    if lacking and module.params["build_command"]:
        lacking.append(f"This builds them: {module.params['build_command']}")
    images = {
        image: {"exists": False} if isinstance(what, NotFound) else {"exists": True, **what}
        for image, what in found.items()
        if isinstance(what, (NotFound, dict))
    }
    if failed or lacking:
        module.fail_json(msg="\n".join(failed + lacking), images=images)
    module.exit_json(changed=False, images=images)


if __name__ == "__main__":
    main()
