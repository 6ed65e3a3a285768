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
options:
  path:
    description:
      - The JSON file. Its directory must exist.
    type: path
    required: true
  values:
    description:
      - Given secrets, as name to key to value. An empty value is left out, and a name without values as well.
      - A secret that is neither given nor generated is removed from the file.
    type: dict
    default: {}
  generate:
    description:
      - Secrets to make once, as name to key to C(ed25519) (a private key as PEM) or C(token).
    type: dict
    default: {}
  database:
    description:
      - Adds a secret with the keys C(connection-string), C(host), C(port), C(database), C(username) and C(password).
    type: dict
    suboptions:
      secret_name:
        description: Name of the secret.
        type: str
        required: true
      host:
        description: Where the database listens.
        type: str
        required: true
      port:
        description: Its port.
        type: int
        required: true
      name:
        description: Name of the database.
        type: str
        required: true
      user:
        description: Role to connect as.
        type: str
        required: true
      password_file:
        description: File with the role's password. In check mode it may not exist yet.
        type: path
        required: true
      sslmode:
        description: As libpq understands it.
        type: str
        default: disable
  token_files:
    description:
      - Files that get a random token each if they do not exist or are empty.
    type: list
    elements: path
    default: []
  required:
    description:
      - Names of secrets that the file must have in the end.
    type: list
    elements: str
    default: []
  owner:
    description: User that the files belong to.
    type: str
  group:
    description: Group that the files belong to.
    type: str
attributes:
  check_mode:
    support: full
    description: Says whether a file would change.
  diff_mode:
    support: full
    description: Names what would change, without values.
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
      password_file: /var/lib/todochat/credentials/postgres-password
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
    KINDS,
    Secrets,
    SecretsError,
    describe,
    merge,
    missing,
    postgresql_secret,
    read_secrets,
    read_text,
    serialize,
    token,
    write_private,
)

ARGUMENTS: dict[str, dict[str, Any]] = {
    "path": {"type": "path", "required": True},
    "values": {"type": "dict", "default": {}, "no_log": True},
    "generate": {"type": "dict", "default": {}},
    "database": {
        "type": "dict",
        "options": {
            "secret_name": {"required": True, "no_log": False},
            "host": {"required": True},
            "port": {"type": "int", "required": True},
            "name": {"required": True},
            "user": {"required": True},
            "password_file": {"type": "path", "required": True, "no_log": False},
            "sslmode": {"default": "disable"},
        },
    },
    "token_files": {"type": "list", "elements": "path", "default": [], "no_log": False},
    "required": {"type": "list", "elements": "str", "default": []},
    "owner": {},
    "group": {},
}


def given_secrets(module: AnsibleModule) -> Secrets:
    values: Secrets = {name: dict(keys) for name, keys in module.params["values"].items()}
    database = module.params["database"]
    if database:
        not_yet = module.check_mode and not os.path.exists(database["password_file"])
        password = "not made yet" if not_yet else read_text(database["password_file"])
        values[database["secret_name"]] = postgresql_secret(database, password)
    return values


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
    path = module.params["path"]
    for name, kinds in module.params["generate"].items():
        for key, kind in kinds.items():
            if kind not in KINDS:
                raise SecretsError(f"generate: {name}/{key} must be one of {', '.join(KINDS)}, not {kind}.")
    stored = read_secrets(path)
    wanted = merge(stored, given_secrets(module), module.params["generate"])
    lacking = missing(wanted, module.params["required"])
    if lacking:
        raise SecretsError(f"These secrets are required but neither given nor generated: {', '.join(lacking)}.")
    changed = keep(module, path, serialize(wanted) if wanted != stored else None)
    diff = [
        {
            "before": describe(stored, wanted),
            "after": describe(wanted, stored),
            "before_header": path,
            "after_header": path,
        }
    ]
    for token_file in module.params["token_files"]:
        exists = os.path.exists(token_file) and read_text(token_file) != ""
        changed |= keep(module, token_file, None if exists else token())
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
