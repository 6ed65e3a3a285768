"""Charts for clusters that cannot fetch any: a Traefik of our own, and cert-manager's from its Go module."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from tests.kubernetes.cluster import cluster_variables

_CERT_MANAGER = ("github.com/cert-manager/cert-manager", "v1.20.3")


def ingress_charts(directory: Path) -> dict[str, Any]:
    """Variables of the role ingress_tls that name both charts; what is made for it goes to `directory`."""
    charts = {
        "ingress_tls_traefik_chart_ref": str(Path(__file__).parent / "traefik"),
        "ingress_tls_cert_manager_chart_ref": str(_cert_manager(directory / "cert-manager")),
    }
    return {**charts, **cluster_variables()}


def _cert_manager(directory: Path) -> Path:
    """The module has the chart but for its version, which the release adds."""
    module, version = _CERT_MANAGER
    command = ["go", "mod", "download", "-json", f"{module}@{version}"]
    done = subprocess.run(command, cwd=directory.parent, check=True, capture_output=True, text=True)
    source = Path(json.loads(done.stdout)["Dir"]) / "deploy/charts/cert-manager"
    shutil.copytree(source, directory, copy_function=shutil.copyfile)
    template = (source / "Chart.template.yaml").read_text()
    (directory / "Chart.yaml").write_text(template.replace("v0.0.0", version))
    return directory
