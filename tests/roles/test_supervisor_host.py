"""What roles/supervisor/files/host.py says about this machine, with a real supervisord."""

import importlib.util
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.support.ports import free_port

ROOT = Path(__file__).parents[2]
SERVE = "import http.server, sys; http.server.test(port=int(sys.argv[1]), bind='127.0.0.1')"


@pytest.fixture(scope="module")
def host() -> ModuleType:
    spec = importlib.util.spec_from_file_location("host", ROOT / "roles/supervisor/files/host.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def eventually(ask: Callable[[], Any], seconds: float = 20) -> Any:
    """Return the first true answer; the last one when there is none in time."""
    deadline = time.monotonic() + seconds
    while not (answer := ask()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return answer


def listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@dataclass(frozen=True, slots=True)
class Supervised:
    """A supervisord in a directory of its own, with one program, `web`, that listens on a port."""

    directory: Path
    port: int

    def define(self, name: str, command: str) -> None:
        (self.directory / "conf.d" / f"{name}.conf").write_text(
            f"[program:{name}]\ncommand={command}\nautorestart=true\nstdout_logfile=NONE\nredirect_stderr=true\n"
        )

    def want(self, program: str) -> list[dict[str, Any]]:
        return [{"port": self.port, "variable": "web_port", "program": program}]


@pytest.fixture
def supervised(host: ModuleType) -> Iterator[Supervised]:
    # Not in tmp_path: the path of a unix socket must be short.
    directory = Path(tempfile.mkdtemp(prefix="todochat-", dir="/tmp"))
    supervised = Supervised(directory, free_port())
    (directory / "conf.d").mkdir()
    (directory / "supervisord.conf").write_text(
        f"[unix_http_server]\nfile={directory}/supervisord.sock\n"
        f"[supervisord]\nidentifier=todochat-test\npidfile={directory}/supervisord.pid\nlogfile={directory}/log\n"
        f"user={pwd.getpwuid(os.geteuid()).pw_name}\n"
        "[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n"
        f"[include]\nfiles={directory}/conf.d/*.conf\n"
    )
    supervised.define("web", f'{sys.executable} -c "{SERVE}" {supervised.port}')
    start(supervised)
    yield supervised
    host.stop(directory, 5)
    shutil.rmtree(directory)


def start(supervised: Supervised) -> None:
    command = [sys.executable, "-W", "ignore", "-m", "supervisor.supervisord"]
    subprocess.run([*command, "-c", supervised.directory / "supervisord.conf"], check=True, timeout=30)
    assert eventually(lambda: listening(supervised.port))


def conflicts(host: ModuleType, supervised: Supervised, program: str) -> list[str]:
    return list(host.conflicts(supervised.want(program), host.Supervisord(supervised.directory)))


def test_a_free_port_is_no_conflict(host: ModuleType, tmp_path: Path) -> None:
    want = [{"port": free_port(), "variable": "x_port", "program": "x"}]

    assert list(host.conflicts(want, host.Supervisord(tmp_path))) == []


def test_somebody_elses_port_is_named_with_its_process_and_the_variable(host: ModuleType, tmp_path: Path) -> None:
    with socket.socket() as squatter:
        squatter.bind(("127.0.0.1", 0))
        squatter.listen()
        port = squatter.getsockname()[1]
        want = [{"port": str(port), "variable": "postgres_port", "program": "postgres"}]
        found = list(host.conflicts(want, host.Supervisord(tmp_path)))

    assert len(found) == 1
    assert found[0].startswith(f"port {port} is used by pid {os.getpid()} (")
    assert found[0].endswith("; set postgres_port")


def test_a_port_is_its_own_programs_and_no_other_ones(host: ModuleType, supervised: Supervised) -> None:
    assert conflicts(host, supervised, "web") == []
    assert len(conflicts(host, supervised, "other")) == 1


def test_a_program_that_outlived_its_supervisord_is_known_and_stopped(host: ModuleType, supervised: Supervised) -> None:
    supervisord = host.Supervisord(supervised.directory)
    os.kill(supervisord.pid(), signal.SIGKILL)
    assert eventually(lambda: supervisord.identity() is None)

    assert conflicts(host, supervised, "web") == []
    assert host.stop(supervised.directory, 10) is True
    assert not listening(supervised.port)
    assert host.stop(supervised.directory, 10) is False


def test_stop_spares_a_stranger_that_got_the_old_pid(host: ModuleType, tmp_path: Path) -> None:
    """After a reboot the pid in the file may be anybody's, also a session's."""
    stranger = subprocess.Popen(["/bin/sleep", "60"], start_new_session=True)
    (tmp_path / "supervisord.pid").write_text(str(stranger.pid))
    try:
        assert host.stop(tmp_path, 1) is False
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_stop_ends_a_program_that_ignores_the_signal(host: ModuleType, supervised: Supervised) -> None:
    ready = supervised.directory / "ready"
    ignore = "import pathlib, signal, sys, time; signal.signal(15, signal.SIG_IGN); pathlib.Path(sys.argv[1]).touch();"
    supervised.define("stubborn", f'{sys.executable} -c "{ignore} time.sleep(60)" {ready}')
    supervisord = host.Supervisord(supervised.directory)
    supervisord.call("reloadConfig")
    supervisord.call("addProcessGroup", "stubborn")
    assert eventually(ready.exists)
    os.kill(supervisord.pid(), signal.SIGKILL)
    assert eventually(lambda: supervisord.identity() is None)

    assert host.stop(supervised.directory, 1) is True
    assert eventually(lambda: not supervisord.started())


def look(host: ModuleType, directory: Path, *pythons: str, user: str | None = None) -> dict[str, Any]:
    answer = host.look(directory, user or pwd.getpwuid(os.geteuid()).pw_name, list(pythons), directory)
    assert json.loads(json.dumps(answer)) == answer
    return dict(answer)


def test_look_on_an_empty_machine(host: ModuleType, tmp_path: Path) -> None:
    assert look(host, tmp_path, "", user="no-such-user") == {
        "user": None,
        "python": "",
        "uv": host.find_uv(tmp_path),
        "installed": "",
        "identity": "",
        "pending": False,
        "down": [],
    }


def test_look_finds_what_runs_what_is_pending_and_what_is_down(host: ModuleType, supervised: Supervised) -> None:
    supervisord = host.Supervisord(supervised.directory)
    assert eventually(lambda: look(host, supervised.directory)["down"] == [])
    assert look(host, supervised.directory)["identity"] == "todochat-test"
    assert look(host, supervised.directory)["pending"] is False

    supervisord.call("stopProcess", "web")
    supervised.define("late", "/bin/sleep 60")

    assert look(host, supervised.directory)["down"] == ["web"]
    assert look(host, supervised.directory)["pending"] is True


def test_the_first_python_that_is_new_enough_and_runs_is_taken(host: ModuleType, tmp_path: Path) -> None:
    old, broken = tmp_path / "old", tmp_path / "broken"
    old.write_text("#!/bin/sh\necho 3 9\n")
    broken.write_text("#!/bin/sh\nexit 1\n")
    for script in (old, broken):
        script.chmod(0o755)

    found = look(host, tmp_path, "/nonexistent", str(old), str(broken), sys.executable, "/usr/bin/python3")

    # When root asks, it is asked as another user, who cannot execute what is below /root.
    assert found["python"] in (sys.executable, "/usr/bin/python3")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can ask as another user")
def test_a_python_that_the_service_user_cannot_reach_is_not_taken(host: ModuleType, tmp_path: Path) -> None:
    hidden = tmp_path / "hidden"
    hidden.mkdir(mode=0o700)
    (hidden / "python").symlink_to("/usr/bin/python3")

    assert look(host, tmp_path, str(hidden / "python"), user="nobody")["python"] == ""


def test_status_has_a_line_for_each_process(host: ModuleType, supervised: Supervised, tmp_path: Path) -> None:
    def web_is_shown() -> list[str]:
        lines = host.status(supervised.directory).splitlines()
        return [line for line in lines if line.split()[:2] == ["web", "RUNNING"] and line.endswith(" MiB")]

    assert eventually(web_is_shown)
    assert host.status(tmp_path) == "supervisord is not running"


@pytest.mark.parametrize(
    ("seconds", "shown"), [(-1, "00:00:00"), (59, "00:00:59"), (3661, "01:01:01"), (90061, "1d 01:01:01")]
)
def test_durations(host: ModuleType, seconds: int, shown: str) -> None:
    assert host.duration(seconds) == shown
