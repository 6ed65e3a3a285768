# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations


class ModuleDocFragment:
    """What a deployment keeps secret; module_utils/secret_values.py has the arguments."""

    DOCUMENTATION = r"""
options:
  values:
    description:
      - Given secrets, as name to key to value. An empty value is left out, and a name without values as well.
      - A secret that is neither given nor generated is removed.
    type: dict
    default: {}
  generate:
    description:
      - Secrets to make once, as name to key to V(ed25519) (a private key as PEM) or V(token).
    type: dict
    default: {}
  rotate:
    description:
      - Names of generated secrets to make anew. Not idempotent.
    type: list
    elements: str
    default: []
  database:
    description:
      - Adds a secret with the keys C(connection-string), C(host), C(port), C(database), C(username) and C(password).
      - Either O(database.url) or all of O(database.host), O(database.port), O(database.name) and O(database.user).
    type: dict
    suboptions:
      secret_name:
        description: Name of the secret.
        type: str
        required: true
      url:
        description: The whole of it, for a database that somebody else runs.
        type: str
      host:
        description: Where the database listens.
        type: str
      port:
        description: Its port.
        type: int
      name:
        description: Name of the database.
        type: str
      user:
        description: Role to connect as.
        type: str
      sslmode:
        description: As libpq understands it.
        type: str
        default: disable
  required:
    description:
      - Names of secrets that must be there in the end.
    type: list
    elements: str
    default: []
attributes:
  check_mode:
    support: full
    description: Says whether anything would change.
  diff_mode:
    support: full
    description: Names what would change, without values.
"""
