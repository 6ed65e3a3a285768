#!/usr/bin/python
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

DOCUMENTATION = r"""
---
module: secrets_file
short_description: Keep the secrets of a deployment in one private file
version_added: 0.1.0
author:
  - The todochat.platform authors (@todochat)
description:
  - 'Writes a JSON file C({"name": {"key": "value"}}) of mode 0600, the form of the C(secretstores.local.file) of Dapr
    with C(multiValued), and files of one token each.'
  - Values are given, or made at the first run and then kept. A file is written only when its content changes.
  - No value is ever returned, shown in a diff or put on a command line.
extends_documentation_fragment:
  - todochat.platform.secrets
options:
  path:
    description:
      - The JSON file. Its directory must exist.
    type: path
    required: true
  database_password_file:
    description:
      - File with the password of the role in O(database). In check mode it may not exist yet.
    type: path
  token_files:
    description:
      - Files that get a random token each if they do not exist, are empty or are named in O(rotate).
    type: list
    elements: path
    default: []
  owner:
    description: User that the files belong to.
    type: str
  group:
    description: Group that the files belong to.
    type: str
"""

EXAMPLES = r"""
- name: The secrets of the platform are in place
  todochat.platform.secrets_file:
    path: /var/lib/todochat/credentials/secrets.json
    values:
      llm-secrets:
        api-key: "{{ secrets_llm_api_key }}"
    generate:
      jwt-secrets:
        private-key: ed25519
    database:
      secret_name: postgres-secrets
      host: 127.0.0.1
      port: 5432
      name: tododb
      user: todouser
    database_password_file: /var/lib/todochat/credentials/postgres-password
    token_files: [/var/lib/todochat/credentials/dapr-api-token]
    owner: todochat
"""

RETURN = r"""
names:
  description: The secrets in the file, with the names of their keys.
  returned: success
  type: dict
  sample: {"jwt-secrets": ["private-key"]}
"""

import os
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.todochat.platform.plugins.module_utils.secret_values import (
    SECRET_ARGUMENTS,
    SecretsError,
    describe,
    read_secrets,
    read_text,
    require,
    serialize,
    token,
    wanted_secrets,
    write_private,
)

ARGUMENTS: dict[str, dict[str, Any]] = {
    **SECRET_ARGUMENTS,
    "path": {"type": "path", "required": True},
    "database_password_file": {"type": "path", "no_log": False},
    "token_files": {"type": "list", "elements": "path", "default": [], "no_log": False},
    "owner": {},
    "group": {},
}


def keep(module: AnsibleModule, path: str, content: str | None) -> bool:
    """Write the file unless `content` is None, put its owner and mode right, and return whether anything changed."""
    if content is not None and not module.check_mode:
        write_private(path, content)
    if content is not None and not os.path.exists(path):
        return True
    attributes = module.load_file_common_arguments(
        {"path": path, "mode": "0600", "owner": module.params["owner"], "group": module.params["group"]}
    )
    return bool(module.set_fs_attributes_if_different(attributes, content is not None))


def run(module: AnsibleModule) -> dict[str, Any]:
    path, rotate = module.params["path"], module.params["rotate"]
    tokens = {os.path.basename(file): file for file in module.params["token_files"]}

    def password() -> str:
        file = module.params["database_password_file"]
        return "not made yet" if module.check_mode and not os.path.exists(file) else read_text(file)

    stored = read_secrets(path)
    wanted = wanted_secrets(stored, module.params, password, elsewhere=tokens)
    require(wanted, module.params["required"])
    changed = keep(module, path, serialize(wanted) if wanted != stored else None)
    diff = [
        {
            "before": describe(stored, wanted),
            "after": describe(wanted, stored),
            "before_header": path,
            "after_header": path,
        }
    ]
    for name, file in tokens.items():
        stays = name not in rotate and os.path.exists(file) and read_text(file) != ""
        changed |= keep(module, file, None if stays else token())
    return {
        "changed": changed,
        "names": {name: sorted(keys) for name, keys in wanted.items()},
        "diff": diff if module._diff and stored != wanted else [],
    }


def main() -> None:
    module = AnsibleModule(ARGUMENTS, supports_check_mode=True)
    try:
        module.exit_json(**run(module))
    except SecretsError as error:
        module.fail_json(msg=str(error))


if __name__ == "__main__":
    main()
