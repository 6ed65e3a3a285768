"""House rules of the documentation: what an operator can run is described, and modules describe what they take."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.module_utils import basic

import tests.plugins.conftest  # noqa: F401 - makes `ansible_collections.todochat.platform` mean this checkout

ROOT = Path(__file__).parents[2]
PLAYBOOKS = sorted(path.name for path in (ROOT / "playbooks").glob("*.yml"))
MODULES = sorted(path.stem for path in (ROOT / "plugins/modules").glob("*.py"))


def documents() -> str:
    folders = [ROOT / name for name in ("docs", "roles", "plugins")]
    files = [*ROOT.glob("*.md"), *(file for folder in folders for file in folder.rglob("*.md")), ROOT / "Makefile"]
    return "\n".join(file.read_text() for file in files)


@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_every_playbook_is_mentioned(playbook: str) -> None:
    stem = playbook.removesuffix(".yml")
    assert f"playbooks/{playbook}" in documents() or f"`{stem}`" in documents()


@pytest.mark.parametrize("module", MODULES)
def test_every_module_is_mentioned(module: str) -> None:
    assert f"`{module}`" in documents()


@pytest.mark.parametrize("module", MODULES)
def test_a_module_documents_the_options_that_it_has(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    code = import_module(f"ansible_collections.todochat.platform.plugins.modules.{module}")
    documentation = yaml.safe_load(code.DOCUMENTATION)
    assert documentation["module"] == module
    assert yaml.safe_load(code.EXAMPLES)
    assert yaml.safe_load(code.RETURN)
    options = documentation["options"] | shared_options(documentation)
    assert options.keys() == specification_of(code, monkeypatch).keys()
    compare(options, specification_of(code, monkeypatch), module)


def shared_options(documentation: dict[str, Any]) -> dict[str, Any]:
    """What a module has in common with others and documents in plugins/doc_fragments."""
    options: dict[str, Any] = {}
    for name in documentation.get("extends_documentation_fragment", []):
        fragment = import_module(f"ansible_collections.todochat.platform.plugins.doc_fragments.{name.split('.')[-1]}")
        options |= yaml.safe_load(fragment.ModuleDocFragment.DOCUMENTATION)["options"]
    return options


def specification_of(code: Any, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The argument spec that the module's main() hands to AnsibleModule."""
    seen: list[dict[str, Any]] = []

    class Seen(Exception):
        pass

    def module(_: basic.AnsibleModule, argument_spec: dict[str, Any], **__: Any) -> None:
        seen.append(argument_spec)
        raise Seen

    # Wherever it is made: modules that run alike share the function that makes it.
    monkeypatch.setattr(basic.AnsibleModule, "__init__", module)
    with pytest.raises(Seen):
        code.main()
    return seen[0]


def compare(documented: dict[str, Any], specified: dict[str, Any], where: str) -> None:
    for name, option in specified.items():
        place, text = f"{where}: {name}", documented[name]
        assert text.get("description"), place
        assert text.get("type", "str") == option.get("type", "str"), place
        assert text.get("elements") == option.get("elements"), place
        assert text.get("required", False) == option.get("required", False), place
        assert text.get("default") == option.get("default"), place
        assert text.get("choices") == option.get("choices"), place
        if "options" in option:
            assert text["suboptions"].keys() == option["options"].keys(), place
            compare(text["suboptions"], option["options"], place)
