"""What the roles would get of an inventory."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from tests.support.playbooks import Playbooks

ROLES = ["postgres", "redpanda", "dapr", "ingress_tls", "app", "oke_cluster"]

Values = dict[str, Any]


def resolve(wanted: dict[str, str], operator: Playbooks, directory: Path, inventory: str, **variables: Any) -> Values:
    """The values of the expressions in `wanted`, with a real inventory and what `variables` override."""
    content = {"dest": f"{directory}/values.json", "content": "{{ wanted | to_json }}", "mode": "0600"}
    play = {
        "hosts": "all",
        "gather_facts": False,
        # Their defaults count, their tasks do not.
        "roles": [{"role": f"todochat.platform.{role}", "when": False} for role in ROLES],
        "tasks": [{"ansible.builtin.copy": content, "vars": {"wanted": wanted}}],
    }
    (directory / "play.yml").write_text(yaml.safe_dump([play]))
    plain = Playbooks(inventory=inventory, variables=variables, environment=operator.environment)
    plain.play(str(directory / "play.yml"))
    values: Values = json.loads((directory / "values.json").read_text())
    return values
