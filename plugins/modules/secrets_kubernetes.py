#!/usr/bin/python
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

DOCUMENTATION = r"""
---
module: secrets_kubernetes
short_description: Keep the secrets of a deployment as Secrets of a Kubernetes namespace
version_added: 0.1.0
author:
  - The todochat.platform authors (@todochat)
description:
  - Values are given, or made at the first run and then kept. A Secret is written only when its content changes.
  - The Secrets that this module made have the label C(app.kubernetes.io/component=secrets). One that is no longer
    wanted is removed.
  - A Secret of another owner is never written. It may stand in for a required one, and for one whose values it has.
  - No value is ever returned, shown in a diff or put on a command line.
extends_documentation_fragment:
  - todochat.platform.secrets
requirements:
  - kubernetes (Python library)
options:
  database_password_secret:
    description:
      - The Secret with the password of the role in O(database). In check mode it may not exist yet.
    type: dict
    suboptions:
      name:
        description: Its name.
        type: str
        required: true
      key:
        description: The key of the password.
        type: str
        required: true
  namespace:
    description:
      - The namespace. In check mode it may not exist yet.
    type: str
    required: true
  kubeconfig:
    description: File that names the cluster; E(K8S_AUTH_KUBECONFIG), or else what kubectl takes, when not set.
    type: path
  context:
    description: Context of that file; E(K8S_AUTH_CONTEXT), or else the current one, when not set.
    type: str
"""

EXAMPLES = r"""
- name: The secrets of the platform are in place
  todochat.platform.secrets_kubernetes:
    namespace: todochat
    values:
      llm-secrets:
        api-key: "{{ secrets_llm_api_key }}"
    generate:
      jwt-secrets:
        private-key: ed25519
    database:
      secret_name: postgres-secrets
      host: postgres.todochat.svc.cluster.local
      port: 5432
      name: tododb
      user: todouser
    database_password_secret: {name: postgres-passwords, key: app-password}

- name: The private key is made anew
  todochat.platform.secrets_kubernetes:
    namespace: todochat
    generate:
      jwt-secrets:
        private-key: ed25519
    rotate: [jwt-secrets]
"""

RETURN = r"""
names:
  description: The secrets, with the names of their keys.
  returned: success
  type: dict
  sample: {"jwt-secrets": ["private-key"]}
"""

from typing import Any

from ansible.module_utils.basic import AnsibleModule, env_fallback, missing_required_lib
from ansible_collections.todochat.platform.plugins.module_utils.kubernetes_secrets import (
    KUBERNETES_IMPORT_ERROR,
    NamespaceSecrets,
)
from ansible_collections.todochat.platform.plugins.module_utils.secret_values import (
    SECRET_ARGUMENTS,
    SecretsError,
    describe,
    require,
    wanted_secrets,
)

ARGUMENTS: dict[str, dict[str, Any]] = {
    **SECRET_ARGUMENTS,
    "namespace": {"required": True},
    "database_password_secret": {
        "type": "dict",
        "no_log": False,
        "options": {"name": {"required": True}, "key": {"required": True, "no_log": False}},
    },
    "kubeconfig": {"type": "path", "fallback": (env_fallback, ["K8S_AUTH_KUBECONFIG"])},
    "context": {"fallback": (env_fallback, ["K8S_AUTH_CONTEXT"])},
}


def run(module: AnsibleModule) -> dict[str, Any]:
    params = module.params
    kept = NamespaceSecrets(params["namespace"], params["kubeconfig"], params["context"])

    def password() -> str:
        place = params["database_password_secret"]
        value = kept.value(place["name"], place["key"])
        if value is None and not module.check_mode:
            raise SecretsError(f"There is no Secret {place['name']} with a key {place['key']} in {kept.namespace}.")
        return value or "not made yet"

    found = kept.look({*params["generate"], *params["values"], *params["required"]})
    stored = {name: secret.values for name, secret in found.items()}
    wanted = wanted_secrets(stored, params, password)
    kept_by_others = {name for name, secret in found.items() if not secret.ours}
    require({*wanted, *kept_by_others}, params["required"])
    changes = kept.changes(found, wanted)
    for change in [] if module.check_mode else changes:
        change()
    ours = {name: secret.values for name, secret in found.items() if secret.ours}
    return {
        "changed": bool(changes),
        "names": {name: sorted(keys) for name, keys in wanted.items()},
        "diff": {"before": describe(ours, wanted), "after": describe(wanted, ours)} if module._diff and changes else {},
    }


def main() -> None:
    module = AnsibleModule(ARGUMENTS, supports_check_mode=True)
    if KUBERNETES_IMPORT_ERROR is not None:
        module.fail_json(msg=missing_required_lib("kubernetes"), exception=KUBERNETES_IMPORT_ERROR)
    try:
        module.exit_json(**run(module))
    except SecretsError as error:
        module.fail_json(msg=str(error))


if __name__ == "__main__":
    main()
