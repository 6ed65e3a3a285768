"""Evaluate an expression as a role would, without a play; prints JSON.

Arguments: the role, its variables as a JSON object, the expression. A program of its own, because Ansible's plugin
loader changes how the whole process imports.
"""

import json
import sys
from pathlib import Path

from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import init_plugin_loader
from ansible.template import Templar, trust_as_template


def main() -> None:
    role = Path(__file__).parents[2] / "roles" / sys.argv[1]
    init_plugin_loader([])
    loader = DataLoader()
    loader.set_basedir(str(role))
    variables = {"role_path": str(role), "ansible_search_path": [str(role)], "ansible_playbook_python": sys.executable}
    for part in ("defaults", "vars"):
        variables |= loader.load_from_file(str(role / part / "main.yml"), trusted_as_template=True)
    templar = Templar(loader, variables | json.loads(sys.argv[2]))
    print(json.dumps(templar.template(trust_as_template(sys.argv[3])), default=str))


if __name__ == "__main__":
    main()
