"""House rules of the roles: the same shape everywhere, inputs that are declared, documented and not shared."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
ROLES = sorted(path.name for path in (ROOT / "roles").iterdir() if path.is_dir())
WITHOUT_PROVIDER = {"kubernetes", "supervisor"}  # what the other roles have in common

TYPES = {"str", "int", "float", "bool", "list", "dict", "path", "raw"}


def load(role: str, path: str) -> Any:
    file = ROOT / "roles" / role / path
    return yaml.safe_load(file.read_text()) if file.exists() else None


def defaults_of(role: str) -> dict[str, Any]:
    return load(role, "defaults/main.yml") or {}


def options_of(role: str) -> dict[str, Any]:
    options: dict[str, Any] = load(role, "meta/argument_specs.yml")["argument_specs"]["main"]["options"]
    return options


@pytest.mark.parametrize("role", ROLES)
def test_argument_specs_have_the_keys_of_the_defaults(role: str) -> None:
    assert set(options_of(role)) == set(defaults_of(role))


@pytest.mark.parametrize("role", ROLES)
def test_argument_specs_have_the_values_of_the_defaults(role: str) -> None:
    stated = {name: option.get("default") for name, option in options_of(role).items()}
    assert stated == defaults_of(role)


@pytest.mark.parametrize("role", ROLES)
def test_every_input_has_a_type_and_a_description(role: str) -> None:
    lacking = [
        name
        for name, option in options_of(role).items()
        if option.get("type") not in TYPES
        or not option.get("description")
        or (option["type"] == "list" and "elements" not in option)
    ]
    assert lacking == []


@pytest.mark.parametrize("role", ROLES)
def test_variables_are_prefixed_with_the_role(role: str) -> None:
    assert [name for name in defaults_of(role) if not name.startswith(f"{role}_")] == []
    assert [name for name in load(role, "vars/main.yml") or {} if not name.startswith(f"__{role}_")] == []


@pytest.mark.parametrize("role", ROLES)
def test_there_is_a_way_there_and_a_way_back(role: str) -> None:
    tasks = ROOT / "roles" / role / "tasks"
    assert (tasks / "main.yml").exists()
    assert (tasks / "absent.yml").exists()


@pytest.mark.parametrize("role", sorted(set(ROLES) - WITHOUT_PROVIDER))
def test_every_provider_has_its_file(role: str) -> None:
    option = options_of(role)[f"{role}_provider"]
    assert option["default"] in option["choices"]
    for provider in option["choices"]:
        assert (ROOT / "roles" / role / "tasks" / f"{provider}.yml").exists(), provider
    main = (ROOT / "roles" / role / "tasks" / "main.yml").read_text()
    assert f'"{{{{ {role}_provider }}}}.yml"' in main


@pytest.mark.parametrize("role", ROLES)
def test_no_role_reads_the_variables_of_another(role: str) -> None:
    """Shared values are `todochat_*`; a role's own come in through its defaults or the `vars` of an include."""
    others = {name for other in ROLES if other != role for name in defaults_of(other)}
    read: set[str] = set()
    for file in (ROOT / "roles" / role).rglob("*"):
        if file.suffix in (".yml", ".j2"):
            lines = (re.sub(r"^\s*(- )?\w+:", "", line) for line in file.read_text().splitlines())
            read |= {word for line in lines if not line.lstrip().startswith("#") for word in re.findall(r"\w+", line)}
    # Included with `vars`, their names appear as keys; as values only where a message tells what to set.
    told = {want["variable"] for file in (ROOT / "roles" / role).rglob("*.yml") for want in _ports(file)}
    assert read & others - told == set()


def _ports(file: Path) -> list[dict[str, Any]]:
    return [{"variable": match} for match in re.findall(r"variable: (\w+)", file.read_text())]


@pytest.mark.parametrize("role", ROLES)
def test_the_readme_names_the_providers(role: str) -> None:
    readme = ROOT / "roles" / role / "README.md"
    assert readme.exists(), f"{readme.relative_to(ROOT)} is missing"
    text = readme.read_text()
    assert text.startswith(f"# todochat.platform.{role}\n")
    if role not in WITHOUT_PROVIDER:
        assert [name for name in options_of(role)[f"{role}_provider"]["choices"] if f"`{name}`" not in text] == []


def test_shared_values_are_set_in_the_inventory() -> None:
    """A `todochat_*` variable that a role aliases has a value, or a default in the same place."""
    inventory = yaml.safe_load((ROOT / "inventories/local/group_vars/all.yml").read_text())
    for role in ROLES:
        text = (ROOT / "roles" / role / "defaults" / "main.yml").read_text()
        used = set(re.findall(r"\btodochat_\w+\b(?! \| default)", text))
        assert used - set(inventory) == set(), role
