"""The Dockerfile, and nginx before two replicas as compose.yaml starts them, without Docker: each step is replayed.

The image is a read-only folder, a container is an unprivileged program in it, and nginx is Debian's.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from helpers.asynchronous import run
from helpers.dockerfile import Image, build, is_sent
from helpers.serving import call, free_port, send, wait_until_it_answers
from helpers.unprivileged import make_read_only, make_writable, unprivileged
from load.page import Layout, Page

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
REPLICAS = ("one", "two")
NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
UNDER = "/lab/rnn"  # the path of the example in docs/deploy.md
LONG = {"lab_epochs": 40}  # a run of a second or more


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Image]:
    root = tmp_path_factory.mktemp("image")
    for folder in (root, *root.parents[:2]):
        folder.chmod(0o755)
    image = build(ROOT, root / "files", TORCH_INDEX="an index")
    make_read_only(image.folder)
    yield image
    make_writable(image.folder)


@contextmanager
def container(image: Image, temporary: Path, **variables: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """The command of an image at work, with a port of its own and a folder for temporary files."""
    temporary.mkdir()
    temporary.chmod(0o777)
    port, (prefix, user) = free_port(), unprivileged()
    assert image.command[0] == "python"
    environment = image.environment | {"PATH": os.environ["PATH"], "TMPDIR": str(temporary), "HOME": str(temporary)}
    environment |= variables | {"GRADIO_SERVER_PORT": str(port)}
    command = [*prefix, sys.executable, *image.command[1:]]
    program = subprocess.Popen(command, cwd=image.folder, env=environment, stdout=subprocess.DEVNULL, **user)
    try:
        yield program, port
    finally:
        program.terminate()
        program.wait(30)


@pytest.fixture(scope="module")
def ports(image: Image, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[int]]:
    """The ports of two replicas. They know the path of the second proxy; what they answer does not depend on it."""
    place = tmp_path_factory.mktemp("replicas")
    for folder in (place, *place.parents[:2]):
        folder.chmod(0o755)
    variables = COMPOSE["services"]["one"]["environment"] | {"GRADIO_ROOT_PATH": UNDER}
    with ExitStack() as stack:
        started = [stack.enter_context(container(image, place / name, **variables)) for name in REPLICAS]
        for program, port in started:
            wait_until_it_answers(program, f"http://127.0.0.1:{port}/health")
        yield [port for _, port in started]


@dataclass(frozen=True)
class Proxy:
    """nginx at work: the port of the page at /, that of the page under a path, and its log."""

    port: int
    under: int
    log: Path

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def replicas_of(self, visitor: str) -> set[str]:
        """The replicas that one with this cookie, or "-", was sent to."""
        lines = [line.split() for line in self.log.read_text(encoding="utf-8").splitlines()]
        return {replica for replica, cookie, _ in lines if cookie == visitor}


@pytest.fixture(scope="module")
def proxy(ports: list[int], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    if NGINX is None:
        pytest.skip("needs nginx: apt-get install nginx-light")
    place = tmp_path_factory.mktemp("nginx")
    proxy = Proxy(free_port(), free_port(), place / "log")
    settings = (ROOT / "docs" / "nginx.conf").read_text(encoding="utf-8")
    for name, port in zip(REPLICAS, ports, strict=True):
        settings, found = re.subn(rf"server {name}:7860;", f"server 127.0.0.1:{port};", settings)
        assert found == 1
    settings, found = re.subn(r"listen 8080;", f"listen 127.0.0.1:{proxy.port};", settings)
    assert found == 1
    (place / "nginx.conf").write_text(
        f"""{"user root;" if os.geteuid() == 0 else ""}
daemon off; pid {place}/pid; error_log {place}/errors;
events {{}}
http {{
    log_format replica '$upstream_addr $cookie_rnn_replica- $uri';
    access_log {proxy.log} replica;
    {"".join(f"{kind}_temp_path {place}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))}
    {settings}
    server {{ listen 127.0.0.1:{proxy.under}; {under_a_path()} }}
}}""",
        encoding="utf-8",
    )
    program = subprocess.Popen([NGINX, "-c", str(place / "nginx.conf"), "-e", str(place / "errors")])
    try:
        wait_until_it_answers(program, f"http://{proxy.host}/health", 20)
        yield proxy
    finally:
        program.terminate()
        program.wait(30)


def under_a_path() -> str:
    """The example for nginx in docs/deploy.md, before the replicas."""
    text = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"\n\n((?:    .*\n)*    location /lab/rnn/ \{\n(?:    .*\n)+)", text)
    assert "proxy_pass http://127.0.0.1:7860/;" in example
    return example.replace("http://127.0.0.1:7860/", "http://replicas/")


# --- the image ---------------------------------------------------------------------------------------------------


def test_the_image_has_torch_of_the_index_that_is_named_and_what_the_requirements_ask_for(image: Image) -> None:
    torch = next(line for line in (ROOT / "requirements.txt").read_text().splitlines() if line.startswith("torch"))
    assert image.installed == [
        ["install", "--index-url", "an index", torch],
        ["install", "-r", "requirements.txt"],
    ]
    version = re.search(r'python_version: "(.*)"', (ROOT / "README.md").read_text(encoding="utf-8"))
    assert version is not None
    assert image.base == f"python:{version[1]}-slim"  # as on a Space


def test_the_image_has_only_what_the_page_needs(image: Image) -> None:
    top = {path.name for path in image.folder.iterdir()} - {"__pycache__"}
    assert top == {"app.py", "rnn_demo", "checkpoints", "requirements.txt"}
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8")
    assert not any(is_sent(name, ignored) for name in (".git", ".venv", "tests", "data"))


def test_a_container_is_nobody_in_particular_and_cannot_write(image: Image) -> None:
    user, group = map(int, image.user.split(":"))
    assert user > 0 < group
    for name in REPLICAS:
        service = COMPOSE["services"][name]
        assert (service["read_only"], service["tmpfs"], service["cap_drop"]) == (True, ["/tmp"], ["ALL"])


def test_the_health_check_says_whether_the_page_answers(image: Image, ports: list[int]) -> None:
    def health(port: int) -> int:
        words = [word.replace(":7860/", f":{port}/") for word in image.health]
        assert words != image.health
        return subprocess.run([sys.executable, *words[1:]], stderr=subprocess.DEVNULL).returncode

    assert [health(ports[0]), health(free_port())] == [0, 1]


def test_compose_starts_what_nginx_expects(image: Image) -> None:
    settings = (ROOT / "docs" / "nginx.conf").read_text(encoding="utf-8")
    port = image.environment["GRADIO_SERVER_PORT"]
    assert re.findall(r"server (\w+):(\d+);", settings) == [(name, port) for name in REPLICAS]
    nginx = COMPOSE["services"]["nginx"]
    (mount,), (published,) = nginx["volumes"], nginx["ports"]
    assert (ROOT / mount.partition(":")[0]).is_file()
    assert f"listen {published.partition(':')[2]};" in settings
    assert set(nginx["depends_on"]) == set(REPLICAS)


# --- nginx before two replicas -----------------------------------------------------------------------------------


def test_a_visitor_stays_at_one_replica_and_visitors_are_spread_over_both(proxy: Proxy) -> None:
    replicas = defaultdict(set)
    for _ in range(24):  # that all of them come to the same one happens once in eight million times
        connection = http.client.HTTPConnection(proxy.host, timeout=60)
        connection.request("GET", "/health")
        answer = connection.getresponse()
        cookie = str(answer.getheader("Set-Cookie")).partition(";")[0]
        answer.read()
        for path in ("/health", "/gradio_api/health", "/gradio_api/info"):
            connection.request("GET", path, headers={"Cookie": cookie})
            again = connection.getresponse()
            assert (again.status, again.getheader("Set-Cookie")) == (200, None)
            again.read()
        connection.close()
        visitor = cookie.partition("=")[2]
        replicas[visitor] = proxy.replicas_of(f"{visitor}-")
    assert {len(those) for those in replicas.values()} == {1}
    assert len(set.union(*replicas.values())) == 2


def test_both_steps_of_a_call_without_cookies_come_to_the_same_replica(proxy: Proxy) -> None:
    for _ in range(4):
        assert call(proxy.host, "ask", ["What is the capital of France?"])[1][0]["answer"] == "Paris"


def test_what_a_training_says_arrives_while_it_trains(proxy: Proxy) -> None:
    async def moments() -> list[float]:
        async with httpx.AsyncClient(base_url=f"http://{proxy.host}", timeout=60) as client:
            page = Page(client, Layout((await client.get("/config")).json()), "127.0.0.1")
            run = page.layout.set_off_by(page.layout.ids["lab-start"], "click")[0]
            for name, value in LONG.items():
                page.values[page.layout.ids[name.replace("_", "-")]] = value
            values = [page.values[component] for component in page.layout.functions[run]["inputs"]]
            return [time.monotonic() async for _ in page.outputs(run, values)]

    arrived = run(moments())
    pauses = sorted(after - before for before, after in pairwise(arrived))
    assert len(arrived) > 4
    assert pauses[len(pauses) // 2] > 0.1  # one after another, as they were made: not together, as from a buffer


def test_an_upload_of_the_size_that_the_page_takes_passes(proxy: Proxy) -> None:
    content = b"x" * 31_000_000
    answer = httpx.post(f"http://{proxy.host}/gradio_api/upload", files={"files": ("a.csv", content)}, timeout=60)
    assert answer.status_code == 200


def test_the_page_is_whole_under_a_path(proxy: Proxy) -> None:
    host = f"127.0.0.1:{proxy.under}"
    assert send(host, "GET", UNDER)[0] == 301
    status, page = send(host, "GET", f"{UNDER}/")
    assert status == 200
    script = re.search(rb'(?:src|href)="(gradio_api/scripts/[^"]+)"', page)
    assert script is not None
    assert send(host, "GET", f"{UNDER}/{script[1].decode()}")[0] == 200
    config: dict[str, Any] = json.loads(send(host, "GET", f"{UNDER}/config")[1])
    assert config["root"] == f"http://{host}{UNDER}"  # with the port that the visitor uses
