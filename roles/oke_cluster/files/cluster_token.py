"""Prints a token for a cluster, as `oci ce cluster generate-token` does; kubectl runs it.

Usage: cluster_token.py ce cluster generate-token --cluster-id OCID --region REGION

The token is a signed request to Oracle's container engine, which the cluster sends there to learn who asks.
It is good for four minutes.
"""

import argparse
import base64
import json
import os
from datetime import UTC, datetime, timedelta
from email.utils import formatdate
from urllib.parse import urlencode

from oci.config import from_file
from oci.signer import Signer


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("command", nargs=3)
    parser.add_argument("--cluster-id", required=True)
    parser.add_argument("--region", required=True)
    arguments = parser.parse_args()
    file = os.environ.get("OCI_CONFIG_FILE", "~/.oci/config")
    config = from_file(file, os.environ.get("OCI_CONFIG_PROFILE", "DEFAULT"))
    signer = Signer(
        config["tenancy"], config["user"], config["fingerprint"], config["key_file"], config.get("pass_phrase"),
        private_key_content=config.get("key_content"),
    )  # fmt: skip
    host = f"containerengine.{arguments.region}.oraclecloud.com"
    path = f"/cluster_request/{arguments.cluster_id}"
    date = formatdate(usegmt=True)
    signed = signer._basic_signer.sign({"date": date, "host": host}, host=host, method="GET", path=path)
    query = urlencode({"authorization": signed["authorization"], "date": date})
    token = base64.urlsafe_b64encode(f"https://{host}{path}?{query}".encode()).decode()
    expires = (datetime.now(UTC) + timedelta(minutes=4)).strftime("%Y-%m-%dT%H:%M:%SZ")
    print(
        json.dumps(
            {
                "kind": "ExecCredential",
                "apiVersion": "client.authentication.k8s.io/v1",
                "status": {"token": token, "expirationTimestamp": expires},
            }
        )
    )


main()
