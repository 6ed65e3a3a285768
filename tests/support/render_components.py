"""Render the templates of the role dapr_components as that role does, without a play.

Argument 1 is a JSON object of the role's variables.

A program of its own, because Ansible's plugin loader changes how the whole process imports.
"""

import json
import sys
from pathlib import Path

from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import init_plugin_loader
from ansible.template import Templar, trust_as_template

ROLE = Path(__file__).parents[2] / "roles" / "dapr_components"


def main() -> None:
    init_plugin_loader([])
    loader = DataLoader()
    variables = {}
    for part in ("defaults", "vars"):
        variables |= loader.load_from_file(str(ROLE / part / "main.yml"), trusted_as_template=True)
    templar = Templar(loader, variables | json.loads(sys.argv[1]))
    for name, path in templar.template(trust_as_template("{{ __dapr_components_files }}")).items():
        template = ROLE / "templates" / f"{name}.yaml.j2"
        Path(path).write_text(
            templar.template(trust_as_template(f"{{{{ lookup('ansible.builtin.template', '{template}') }}}}"))
        )


if __name__ == "__main__":
    main()
