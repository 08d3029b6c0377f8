"""Which clients run where, in which order."""

import contextlib
import re
from pathlib import Path

from harness import behind, install, suites
from harness.places import CONFORMANCE, PROJECT, REPORTS, TARGET
from harness.processes import free_port
from harness.world import CHAT, EMBEDDING, Authority, Nginx, Server, World, start_simulator

# "The latest that installs"; a number here only ever pins something that is broken upstream.
OPENAI_PYTHON = "openai"
OPENAI_NODE = "openai@latest"
# The last major version that supports Node 20.
OPENAI_NODE_BEFORE = "openai@6"
PYTHON_TESTS = ["pytest", "pytest-asyncio", "httpx"]
NODE_TOOLS = ["zod", "esbuild", "playwright-core"]
NEED_PYTHON = {"python", "clients", "servers", "samples"}
NEED_PACKAGES = {"clients", "samples"}
NEED_NODE = {"node", "browser", "samples"}
NEED_JAVA = {"java", "samples"}


class Tools:
    """The clients, installed."""

    def __init__(self, wanted):
        print("installing clients", flush=True)
        if wanted & NEED_PYTHON:
            self.python = install.python("openai", [OPENAI_PYTHON, "pydantic", *PYTHON_TESTS])
        if wanted & NEED_NODE:
            self.node = install.node_modules("node", [OPENAI_NODE, *NODE_TOOLS])
        if "node" in wanted:
            self.node_before = install.node_modules("node-before", [OPENAI_NODE_BEFORE, "zod"])
        if wanted & NEED_PACKAGES:
            self.packages = install.python(
                "packages", ["autobatcher", "langchain-doubleword", "llamaindex-doubleword", *PYTHON_TESTS]
            )
        if "clients" in wanted:
            self.agents = install.python("agents", ["openai-agents", *PYTHON_TESTS])
            self.dw_python = install.python("dw", ["dw-cli"])
        if wanted & NEED_JAVA:
            self.java_classpath = install.java_tests()
        if wanted & {"browser", "samples"}:
            self.chromium = install.program("chromium", "chromium", aliases=("chromium-browser", "google-chrome"))

    def command(self, sample):
        """How a reader would run this sample, and where."""
        match sample.suffix:
            case ".py":
                own = "autobatcher" in sample.read_text()
                return [self.packages if own else self.python, sample], PROJECT
            case ".mjs":
                copy = self.node / f"sample-{sample.parent.name}-{sample.name}"
                copy.write_text(sample.read_text())
                return ["node", copy], PROJECT
            case ".java":
                java = Path(install.java_home()) / "bin" / "java"
                quiet = ["-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED"]
                return [java, *quiet, "-cp", self.java_classpath, sample], PROJECT
            case ".go":
                place = install.go_module()
                copy = place / f"{sample.parent.name}_{sample.name}"
                copy.write_text(sample.read_text())
                return ["go", "run", copy.name], place
        return ["sh", "-eu", sample], PROJECT


def openai_java_version():
    return re.search(r"<openai.version>(.+)</openai.version>", (PROJECT / "pom.xml").read_text()).group(1)


def run(wanted, transports, long):
    """Yields each suite as it ends. Everything started here is stopped here."""
    REPORTS.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        tools = Tools(wanted)
        print("starting the server", flush=True)
        simulator = start_simulator()
        stack.callback(simulator.stop)
        page_port = free_port()
        settings = f"server:\n  cors:\n    origins: ['http://127.0.0.1:{page_port}']\n"
        # So that webhooks reach the samples that receive them.
        settings += "egress:\n  user-ranges: ['127.0.0.1']\n"
        server = Server("server", settings).start()
        stack.callback(server.stop)
        provision(server, simulator)
        platform_key = server.platform_key()

        direct = World("direct", server.origin, server, platform_key, simulator)
        worlds = [direct] if "direct" in transports else []
        if "nginx" in transports and wanted & {"python", "node", "java"}:
            authority = Authority()
            stack.callback(authority.remove)
            nginx = Nginx(authority, server.port)
            stack.callback(nginx.stop)
            worlds.append(World("nginx + TLS", nginx.origin, server, platform_key, simulator, authority))
        yield from _sdks(wanted, worlds, tools)
        if "browser" in wanted:
            yield suites.browser(direct, tools.node, tools.chromium, {"CONFORMANCE_PAGE_PORT": str(page_port)})
        if "clients" in wanted:
            yield from _clients(direct, tools)
        if "servers" in wanted:
            yield from behind.run(direct, tools, long)
        if "samples" in wanted:
            yield suites.samples(direct, tools)
            yield suites.shown_samples(direct, tools)


def provision(server, simulator):
    """The simulator as a provider, its models under names that are hard on paths and proxies."""
    base_url = f"{simulator.origin}/v1"
    server.command("providers", "add", "lab", "--base-url", base_url, "--discover", "--responses", "none")
    for name, kind, upstream in (
        (CHAT, "chat", "sim-chat"),
        (EMBEDDING, "embedding", "sim-embedding"),
        ("lab/slow", "chat", "sim-slow"),
        ("lab/fragile", "chat", "sim-fragile"),
        ("lab/broken", "chat", "sim-broken"),
        ("lab/late", "chat", "sim-late"),
        ("lab/asleep", "chat", "sim-asleep"),
        ("lab/thinks", "chat", "sim-thinks"),
        ("lab/refuses", "chat", "sim-refuses"),
        ("lab/cut", "chat", "sim-cut"),
    ):
        server.command("models", "add", name, "--provider", "lab", "--type", kind, "--upstream", upstream)
    # The same models at providers that serve the Responses API, too or alone.
    for provider, support, model, upstream in (
        ("speaks", "native", "lab/speaks", "sim-chat"),
        ("alone", "only", "lab/alone", "sim-alone"),
    ):
        server.command("providers", "add", provider, "--base-url", base_url, "--responses", support)
        server.command("models", "add", model, "--provider", provider, "--type", "chat", "--upstream", upstream)


def _sdks(wanted, worlds, tools):
    tests = sorted(path.name for path in (CONFORMANCE / "python").glob("test_*.py"))
    for world in worlds:
        if "python" in wanted:
            yield suites.python(world, tools.python, "Python", "openai", tests)
    for world in worlds:
        if "node" in wanted:
            yield suites.node(world, tools.node, "Node")
    if "node" in wanted and worlds:
        yield suites.node(worlds[0], tools.node_before, "Node")
    for world in worlds:
        if "java" in wanted:
            yield suites.java(world, openai_java_version())


def _clients(world, tools):
    for client, tests in (
        ("autobatcher", ["clients_autobatcher.py"]),
        ("langchain-doubleword", ["clients_langchain.py"]),
        ("llamaindex-doubleword", ["clients_llamaindex.py"]),
    ):
        yield suites.python(world, tools.packages, client, client, tests, kind="clients")
    yield suites.python(
        world, tools.agents, "openai-agents", "openai-agents", ["clients_agents.py"], kind="clients"
    )
    dw = install.dw(tools.dw_python, TARGET / "dw")
    world = world.with_env(CONFORMANCE_DW=str(dw))
    suite = suites.python(world, tools.python, "dw-cli", "openai", ["clients_dw.py"], kind="clients")
    suite.version = install.python_version(tools.dw_python, "dw-cli")
    yield suite
