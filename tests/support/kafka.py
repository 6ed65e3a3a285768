"""A real Apache Kafka broker (KRaft, one node) for tests.

The jars come from Maven Central once and stay in ``$XDG_CACHE_HOME/todochat/kafka/<version>``::

    with start_kafka(tmp_path) as broker:
        producer = AIOKafkaProducer(bootstrap_servers=broker.bootstrap)

The broker listens on free loopback ports, keeps its data below the given directory and is ended by its own process id.
With ``secure=True`` it also offers SASL (PLAIN and SCRAM) and TLS, with and without client certificates, on loopback or
another address of this machine.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.certificates import Authority, Identity
from tests.support.ports import free_ports

VERSION = "4.1.0"
USER = "alice"
PASSWORD = "correct-horse-battery-staple"  # of the throw-away broker only

_LOOPBACK = "127.0.0.1"
_START_SECONDS = 180  # a limit for a very busy machine; it takes 3 to 6 s
_ATTEMPTS = 3  # another process may take a port between our choice and the broker's start

_POM = f"""\
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>todochat</groupId>
  <artifactId>kafka-broker</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId>
      <artifactId>kafka_2.13</artifactId>
      <version>{VERSION}</version>
    </dependency>
    <dependency>
      <groupId>org.apache.logging.log4j</groupId>
      <artifactId>log4j-slf4j-impl</artifactId>
      <version>2.24.3</version>
    </dependency>
  </dependencies>
</project>
"""

_LOGGING = """\
rootLogger.level = INFO
rootLogger.appenderRef.stdout.ref = STDOUT
appender.stdout.type = Console
appender.stdout.name = STDOUT
appender.stdout.layout.type = PatternLayout
appender.stdout.layout.pattern = [%d] %p %m (%c)%n
"""


class KafkaUnavailableError(Exception):
    """The broker could not be started; the message says which command or log to look at."""


@dataclass(frozen=True)
class Secure:
    """The protected listeners of a broker started with ``secure=True``."""

    sasl_plaintext: str
    ssl: str
    mutual_ssl: str  # asks for a client certificate
    sasl_ssl: str
    misadvertised: str  # answers, then sends its clients to an address where nothing listens
    ca: Path
    client: Identity


@dataclass(frozen=True)
class Broker:
    """A running broker; addresses are ``host:port``."""

    bootstrap: str
    pid: int
    log: Path
    _secure: Secure | None = None

    @property
    def secure(self) -> Secure:
        if self._secure is None:
            raise KafkaUnavailableError("this broker was started without secure=True")
        return self._secure


@contextmanager
def start_kafka(
    directory: Path, *, secure: bool = False, host: str = _LOOPBACK, settings: Mapping[str, str] | None = None
) -> Iterator[Broker]:
    """Run a broker whose files live in `directory`; `settings` are added to its server.properties.

    The protected listeners are on `host`, the others always on loopback.

    Raises KafkaUnavailableError when Java or Maven is missing or the broker does not come up.
    """
    directory.mkdir(parents=True, exist_ok=True)
    java = _command("java", "a Java runtime, 17 or newer (Debian: apt install openjdk-17-jre-headless)")
    jars = jar_directory()
    for attempt in range(1, _ATTEMPTS + 1):
        home = directory / f"attempt-{attempt}"
        home.mkdir()
        process, broker = _launch(java, jars, home, secure=secure, host=host, settings=settings or {})
        try:
            if _wait_until_started(process, broker.log):
                yield broker
                return
            if "Address already in use" not in broker.log.read_text() or attempt == _ATTEMPTS:
                raise KafkaUnavailableError(f"Kafka ended or never started; see {broker.log}:\n{_tail(broker.log)}")
        finally:
            _end(process)


def jar_directory() -> Path:
    """Where the broker's jars are, fetching them from Maven Central on the first call (43 MB)."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "todochat" / "kafka"
    jars = cache / VERSION / "libs"
    if jars.is_dir():
        return jars
    maven = _command("mvn", "Maven, which fetches Kafka's jars (Debian: apt install maven)")
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / f"{VERSION}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two test workers may both find the cache empty
        if jars.is_dir():
            return jars
        with tempfile.TemporaryDirectory(dir=cache) as scratch:
            pom = Path(scratch, "pom.xml")
            pom.write_text(_POM)
            fetched = Path(scratch, "libs")
            _run(
                maven, "-q", "-B", "-f", str(pom), "dependency:copy-dependencies",
                f"-DoutputDirectory={fetched}", "-DincludeScope=runtime",
            )  # fmt: skip
            jars.parent.mkdir(exist_ok=True)
            fetched.rename(jars)
    return jars


def _launch(
    java: str, jars: Path, home: Path, *, secure: bool, host: str, settings: Mapping[str, str]
) -> tuple[subprocess.Popen[bytes], Broker]:
    hosts = {"PLAINTEXT": _LOOPBACK, "CONTROLLER": _LOOPBACK}
    if secure:
        hosts |= dict.fromkeys(["SASL_PLAINTEXT", "SSL", "MUTUAL", "SASL_SSL", "MISADVERTISED"], host)
    ports = free_ports(len(hosts))
    address = {name: f"{where}:{port}" for (name, where), port in zip(hosts.items(), ports, strict=True)}

    properties = _properties(home, address)
    endpoints = None
    if secure:
        authority = Authority.create(home / "ca")
        server = authority.issue("broker", home / "broker", host=host)
        client = authority.issue("client", home / "client")
        properties |= _secure_properties(authority, server)
        endpoints = Secure(
            sasl_plaintext=address["SASL_PLAINTEXT"],
            ssl=address["SSL"],
            mutual_ssl=address["MUTUAL"],
            sasl_ssl=address["SASL_SSL"],
            misadvertised=address["MISADVERTISED"],
            ca=authority.certificate,
            client=client,
        )
    configuration = home / "server.properties"
    configuration.write_text("".join(f"{key}={value}\n" for key, value in {**properties, **settings}.items()))
    logging = home / "log4j2.properties"
    logging.write_text(_LOGGING)

    # Short-lived on two cores: the serial collector and the first compiler tier start fastest.
    jvm = [
        java, "-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
        f"-Dlog4j2.configurationFile={logging}", "-cp", f"{jars}/*",
    ]  # fmt: skip
    users = [f"{mechanism}=[name={USER},password={PASSWORD}]" for mechanism in ("SCRAM-SHA-256", "SCRAM-SHA-512")]
    scram = [argument for user in users for argument in ("--add-scram", user)] if secure else []
    _run(
        *jvm, "kafka.tools.StorageTool", "format", "--cluster-id", "dG9kb2NoYXQtdGVzdHMhIQ",
        "--config", str(configuration), *scram,
    )  # fmt: skip

    log = home / "kafka.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*jvm, "kafka.Kafka", str(configuration)], stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=home
        )
    return process, Broker(address["PLAINTEXT"], process.pid, log, endpoints)


def _properties(home: Path, address: Mapping[str, str]) -> dict[str, str]:
    advertised = {name: where for name, where in address.items() if name != "CONTROLLER"}
    if "MISADVERTISED" in advertised:
        advertised["MISADVERTISED"] = "127.0.0.1:1"
    return {
        "process.roles": "broker,controller",
        "node.id": "1",
        "controller.quorum.voters": f"1@{address['CONTROLLER']}",
        "controller.listener.names": "CONTROLLER",
        "inter.broker.listener.name": "PLAINTEXT",
        "listeners": ",".join(f"{name}://{where}" for name, where in address.items()),
        "advertised.listeners": ",".join(f"{name}://{where}" for name, where in advertised.items()),
        "listener.security.protocol.map": (
            "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT,"
            "SSL:SSL,MUTUAL:SSL,SASL_SSL:SASL_SSL,MISADVERTISED:PLAINTEXT"
        ),
        "log.dirs": str(home / "data"),
        "offsets.topic.replication.factor": "1",
        "offsets.topic.num.partitions": "1",
        "transaction.state.log.replication.factor": "1",
        "transaction.state.log.min.isr": "1",
        "share.coordinator.state.topic.replication.factor": "1",
        "share.coordinator.state.topic.min.isr": "1",
        "group.initial.rebalance.delay.ms": "0",
    }


def _secure_properties(authority: Authority, server: Identity) -> dict[str, str]:
    security = "org.apache.kafka.common.security"
    properties = {
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(server.bundle),
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": str(authority.certificate),
        "listener.name.mutual.ssl.client.auth": "required",
    }
    for listener in ("sasl_plaintext", "sasl_ssl"):
        prefix = f"listener.name.{listener}"
        scram = f"{security}.scram.ScramLoginModule required;"
        properties |= {
            f"{prefix}.sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512",
            f"{prefix}.plain.sasl.jaas.config": (
                f'{security}.plain.PlainLoginModule required user_{USER}="{PASSWORD}";'
            ),
            f"{prefix}.scram-sha-256.sasl.jaas.config": scram,
            f"{prefix}.scram-sha-512.sasl.jaas.config": scram,
        }
    return properties


def _wait_until_started(process: subprocess.Popen[bytes], log: Path) -> bool:
    """Whether the broker says that it serves clients; false when it ended instead or took too long."""
    deadline = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        if "Kafka Server started" in log.read_text():
            return True
        time.sleep(0.1)
    return False


def _end(process: subprocess.Popen[bytes]) -> None:
    """Its data is thrown away, so nothing is lost by not waiting for an orderly shutdown."""
    if process.poll() is None:
        process.send_signal(signal.SIGKILL)
    process.wait()


def _command(name: str, what: str) -> str:
    path = shutil.which(name)
    if path is None:
        raise KafkaUnavailableError(f"the command `{name}` is not on PATH: tests with a real broker need {what}")
    return path


def _run(*command: str) -> None:
    result = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise KafkaUnavailableError(
            f"{' '.join(command)}\nended with {result.returncode}:\n{result.stdout}{result.stderr}"
        )


def _tail(log: Path, lines: int = 30) -> str:
    return "\n".join(log.read_text().splitlines()[-lines:])
