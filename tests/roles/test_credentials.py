"""playbooks/credentials.yml: variables become files for nobody else, and nothing of somebody's own is lost."""

from __future__ import annotations

import configparser
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
KEY = "-----BEGIN KEY-----\nof nobody\n-----END KEY-----"
GIVEN = {
    "OCI_CLI_USER": "ocid1.user.x",
    "OCI_CLI_TENANCY": "ocid1.tenancy.x",
    "OCI_CLI_FINGERPRINT": "12:34",
    "OCI_CLI_REGION": "eu-frankfurt-1",
    "OCI_CLI_KEY_CONTENT": KEY,
    "KUBECONFIG_CONTENT": "kind: Config\n",
}


def write(home: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    places = {"OCI_CONFIG_FILE": str(home / "oci/config"), "KUBECONFIG_OKE": str(home / "kube/config")}
    return subprocess.run(
        [
            Path(sys.executable).with_name("ansible-playbook"),
            "-i",
            ROOT / "inventories/oke",
            ROOT / "playbooks/credentials.yml",
        ],
        env={**os.environ, **places, "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"), **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def test_they_are_written_once_and_for_nobody_else(tmp_path: Path) -> None:
    first, second = write(tmp_path, **GIVEN), write(tmp_path, **GIVEN)

    assert first.returncode == 0, first.stdout
    assert "changed=0" in second.stdout
    assert "of nobody" not in first.stdout + first.stderr
    config = configparser.ConfigParser()
    config.read(tmp_path / "oci/config")
    assert config["DEFAULT"]["user"] == "ocid1.user.x"
    assert Path(config["DEFAULT"]["key_file"]).read_text() == KEY + "\n"
    assert (tmp_path / "kube/config").read_text() == "kind: Config\n"
    assert {file.stat().st_mode & 0o777 for file in tmp_path.rglob("*") if file.is_file()} == {0o600}


def test_a_kubeconfig_need_not_be_given(tmp_path: Path) -> None:
    assert write(tmp_path, **{**GIVEN, "KUBECONFIG_CONTENT": ""}).returncode == 0
    assert not (tmp_path / "kube").exists()


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    done = write(tmp_path, **{**GIVEN, "OCI_CLI_REGION": "", "OCI_CLI_KEY_CONTENT": ""})

    assert done.returncode != 0
    assert "Set OCI_CLI_REGION, OCI_CLI_KEY_CONTENT:" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_somebodys_own_configuration_stays(tmp_path: Path) -> None:
    (tmp_path / "oci").mkdir()
    (tmp_path / "oci/config").write_text("mine")

    done = write(tmp_path, **GIVEN)

    assert done.returncode != 0
    assert "there already, and something else" in " ".join(done.stdout.split())
    assert (tmp_path / "oci/config").read_text() == "mine"
