"""The lookup asks kubectl: here one that writes down what it was asked and answers as told."""

import json
from pathlib import Path

import pytest
from ansible.plugins.loader import init_plugin_loader, lookup_loader
from ansible.utils.collection_loader import AnsibleCollectionConfig

from tests.plugins.support import COLLECTIONS

OBJECT = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}, "stringData": {"key": "hidden"}}


@pytest.mark.parametrize(("code", "differs"), [(0, False), (1, True), (2, True)])
def test_kubectls_answer_is_told(tmp_path: Path, code: int, differs: bool) -> None:
    kubectl = tmp_path / "kubectl"
    kubectl.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/arguments\ncat > {tmp_path}/objects\nexit {code}\n')
    kubectl.chmod(0o755)
    if AnsibleCollectionConfig.collection_finder is None:  # once in a process
        init_plugin_loader([str(COLLECTIONS)])
    lookup = lookup_loader.get("todochat.platform.kubernetes_differs")

    answer = lookup.run([OBJECT], kubectl=[str(kubectl), "--context", "mine"], field_manager="somebody")

    assert answer == [differs]
    assert json.loads((tmp_path / "objects").read_text())["items"] == [OBJECT]
    arguments = (tmp_path / "arguments").read_text()
    assert arguments.startswith("--context mine diff --server-side")
    assert "--field-manager=somebody" in arguments
    assert "hidden" not in arguments
