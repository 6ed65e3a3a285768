"""Tests on a real cluster: the one of KUBECONFIG."""

import os
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest

from tests.kubernetes.cluster import Namespace


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without a cluster there is nothing to test; `make test-kubernetes` says so, too."""
    if not os.environ.get("KUBECONFIG"):
        for item in items:
            item.add_marker(pytest.mark.skip(reason="no cluster: set KUBECONFIG"))


@pytest.fixture(scope="session")
def outside() -> str:
    """The address of this machine that pods reach."""
    if host := os.environ.get("TODOCHAT_TEST_HOST"):
        return host
    pytest.skip("TODOCHAT_TEST_HOST names no address of this machine that pods reach")


@pytest.fixture(scope="module")
def new_namespace() -> Iterator[Callable[..., Namespace]]:
    """Makes operators of namespaces of their own, which are removed in the end, whatever happened."""
    made: list[Namespace] = []

    def new(**variables: object) -> Namespace:
        made.append(Namespace(name=f"todochat-{uuid4().hex[:8]}", variables=dict(variables)))
        return made[-1]

    yield new
    for namespace in made:
        namespace.kubectl("delete", "namespace", namespace.name, "--ignore-not-found", "--wait=false", check=False)
