# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations


class ModuleDocFragment:
    """What the modules that talk to Oracle Cloud have in common."""

    DOCUMENTATION = r"""
options:
  config_file_location:
    description:
      - The OCI configuration file. Without it E(OCI_CONFIG_FILE), else C(~/.oci/config).
    type: path
  config_profile_name:
    description:
      - A profile in that file. Without it E(OCI_CONFIG_PROFILE), else C(DEFAULT).
    type: str
requirements:
  - oci >= 2.160
"""
