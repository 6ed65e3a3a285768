# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations


class ModuleDocFragment:
    """How a module reaches a Kafka cluster; module_utils/kafka_connection.py has the arguments."""

    DOCUMENTATION = r"""
requirements:
  - kafka-python >= 3.0 on the host that runs the module
  - kubectl, for O(port_forward)
options:
  bootstrap_servers:
    description:
      - One or more brokers as C(host:port), of the listener meant for this host. C([::1]:9092) is IPv6.
      - The first that answers is used to find all others.
      - Exactly one of this and O(port_forward) is required.
    type: list
    elements: str
  port_forward:
    description:
      - Reaches the one broker of a Kubernetes cluster through the Kubernetes API, while the module runs.
      - The broker must have a listener that it advertises as C(127.0.0.1) with the port O(port_forward.local_port).
    type: dict
    suboptions:
      namespace:
        description: Namespace of the broker.
        type: str
        required: true
      resource:
        description: What to forward to, as kubectl names it, for example C(pod/kafka-0).
        type: str
        required: true
      port:
        description: Port that the broker listens on.
        type: int
        required: true
      local_port:
        description: Port of this machine, which the broker advertises; the same as O(port_forward.port) when not set.
        type: int
      kubeconfig:
        description: File that names the cluster; E(K8S_AUTH_KUBECONFIG), or else what kubectl takes, when not set.
        type: path
      context:
        description: Context of that file; E(K8S_AUTH_CONTEXT), or else the current one, when not set.
        type: str
  security_protocol:
    description:
      - What the listener speaks.
    type: str
    choices: [PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL]
    default: PLAINTEXT
  sasl_mechanism:
    description:
      - How to authenticate. Required with O(security_protocol=SASL_PLAINTEXT) and O(security_protocol=SASL_SSL).
    type: str
    choices: [PLAIN, SCRAM-SHA-256, SCRAM-SHA-512]
  sasl_username:
    description:
      - User to authenticate as.
    type: str
  sasl_password:
    description:
      - Password of O(sasl_username).
    type: str
  tls_ca_file:
    description:
      - PEM file with the certificates of the authorities to trust. The system's store when not set.
    type: path
  tls_cert_file:
    description:
      - PEM file with the client's certificate, for listeners that ask for one. It may contain the key as well.
    type: path
  tls_key_file:
    description:
      - PEM file with the key of O(tls_cert_file).
    type: path
  tls_key_password:
    description:
      - Password of an encrypted key.
    type: str
  tls_verify_hostname:
    description:
      - Whether the broker's certificate must name the host that was connected to. The authority is always verified.
    type: bool
    default: true
  timeout:
    description:
      - Seconds for the whole task, from the first connection until it is done.
      - A broker that is still starting is waited for. Wrong credentials and certificates are reported at once.
    type: float
    default: 30
"""
