"""The lookup asks kubectl: here one that writes down what it was asked and answers as told."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.support.playbooks import ROOT

OBJECT = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}, "stringData": {"key": "hidden"}}
MESSAGE = "{{ lookup('todochat.platform.kubernetes_differs', *objects, kubectl=kubectl, field_manager='somebody') }}"


@pytest.mark.parametrize(("code", "differs"), [(0, False), (1, True), (2, True)])
def test_kubectls_answer_is_told(tmp_path: Path, code: int, differs: bool) -> None:
    kubectl = tmp_path / "kubectl"
    kubectl.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/arguments\ncat > {tmp_path}/objects\nexit {code}\n')
    kubectl.chmod(0o755)
    variables = {"objects": [OBJECT], "kubectl": [str(kubectl), "--context", "mine"]}
    command = [
        ROOT / ".venv/bin/ansible",
        "localhost",
        "-m",
        "debug",
        "-a",
        f"msg={MESSAGE}",
        "-e",
        json.dumps(variables),
    ]
    environment = {**os.environ, "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"), "ANSIBLE_NOCOLOR": "1"}

    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=True)

    assert f"msg: {str(differs).lower()}" in done.stdout
    assert json.loads((tmp_path / "objects").read_text())["items"] == [OBJECT]
    arguments = (tmp_path / "arguments").read_text()
    assert arguments.startswith("--context mine diff --server-side")
    assert "--field-manager=somebody" in arguments
    assert "hidden" not in arguments
