#!/bin/bash
# What Oracle's image would do at its first boot by itself, then let the root file system fill the boot volume.
set -eu
curl --fail --silent --location --header 'Authorization: Bearer Oracle' \
  http://169.254.169.254/opc/v2/instance/metadata/oke_init_script | base64 --decode >/var/run/oke-init.sh
bash /var/run/oke-init.sh
/usr/libexec/oci-growfs --yes
