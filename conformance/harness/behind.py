"""Model servers that are not ours, put behind the server under test and called through it."""

import contextlib
import os
import secrets

from harness import install, suites
from harness.places import CACHE, CONFORMANCE, TARGET
from harness.processes import Child, free_port
from harness.world import Server


def run(world, tools, long):
    """Yields one suite for each kind of server."""
    yield _litellm(world, tools)
    yield _second_doubleword(world, tools)
    if long:
        yield _llama_cpp(world, tools)


def _call(world, tools, name, version, **models):
    suite = suites.python(
        world.with_env(**models).on(name), tools.python, name, "openai", ["servers_any.py"], kind="servers"
    )
    suite.version = version
    return suite


def _litellm(world, tools):
    python = install.python("litellm", ["litellm[proxy]"])
    key = f"sk-{secrets.token_hex(16)}"
    port = free_port()
    config = TARGET / "litellm.yaml"
    api = f"{{api_base: '{world.simulator.origin}/v1', api_key: none, model: 'openai/%s'}}"
    config.write_text(
        "model_list:\n"
        f"  - {{model_name: litellm-chat, litellm_params: {api % 'sim-chat'}}}\n"
        f"  - {{model_name: litellm-embed, litellm_params: {api % 'sim-embedding'}}}\n"
    )
    program = python.parent / "litellm"
    env = {"LITELLM_MASTER_KEY": key, "LITELLM_LOCAL_MODEL_COST_MAP": "True", "DISABLE_ADMIN_UI": "True"}
    command = [program, "--config", config, "--host", "127.0.0.1", "--port", port, "--num_workers", "1"]
    with contextlib.ExitStack() as stack:
        child = Child("litellm", command, env=env, cwd=TARGET)
        stack.callback(child.stop)
        child.await_http(f"http://127.0.0.1:{port}/health/liveliness", seconds=120)
        _add(world, "litellm", f"http://127.0.0.1:{port}/v1", key)
        version = install.python_version(python, "litellm")
        return _call(world, tools, "LiteLLM proxy", version, **_models("litellm-chat", "litellm-embed"))


def _second_doubleword(world, tools):
    with contextlib.ExitStack() as stack:
        second = Server("second").start()
        stack.callback(second.stop)
        _add(world, "second", f"{second.origin}/v1", second.key)
        # Both have these models, so discovery names them after the provider.
        models = _models("second/doubleword-demo", "second/all-minilm-l6-v2")
        return _call(world, tools, "Doubleword", "itself", **models)


def _llama_cpp(world, tools):
    python = install.python("llama-cpp", [*_llama_wheel(), "llama-cpp-python[server]", "gguf", "numpy"])
    model = TARGET / "tiny.gguf"
    install.run([python, CONFORMANCE / "python" / "tiny_gguf.py", model])
    port = free_port()
    command = [python, "-m", "llama_cpp.server", "--model", model, "--model_alias", "tiny-llama"]
    command += ["--host", "127.0.0.1", "--port", port, "--n_ctx", "256", "--chat_format", "chatml"]
    with contextlib.ExitStack() as stack:
        child = Child("llama-cpp", command)
        stack.callback(child.stop)
        child.await_http(f"http://127.0.0.1:{port}/v1/models")
        _add(world, "llama", f"http://127.0.0.1:{port}/v1", "none")
        version = install.python_version(python, "llama-cpp-python")
        return _call(world, tools, "llama-cpp-python server", version, **_models("tiny-llama", ""))


def _llama_wheel():
    """Its wheel is compiled from source, 10 minutes on two cores: kept outside the project."""
    wheels = CACHE / "wheels"
    if not list(wheels.glob("llama_cpp_python-*.whl")):
        builder = install.python("llama-cpp-build", ["wheel"])
        env = {**os.environ, "CMAKE_ARGS": "-DLLAVA_BUILD=OFF -DGGML_OPENMP=OFF", "CMAKE_BUILD_PARALLEL_LEVEL": "2"}
        command = [builder, "-m", "pip", "wheel", "-q", "--no-deps", "-w", wheels, "llama-cpp-python"]
        install.run(command, env=env)
    return [str(wheel) for wheel in wheels.glob("llama_cpp_python-*.whl")]


def _models(chat, embedding):
    return {"CONFORMANCE_CHAT_MODEL": chat, "CONFORMANCE_EMBEDDING_MODEL": embedding}


def _add(world, name, base_url, key):
    variable = f"{name.upper()}_API_KEY"
    arguments = ["--base-url", base_url, "--api-key-env", variable, "--discover"]
    world.server.command("providers", "add", name, *arguments, env={variable: key})
