"""A Clew server with an empty store, for the length of one measurement."""
import json
import pathlib
import re
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

READY_SECONDS = 60


class Server:
    """`with Server(command, log) as server:` starts on free ports, waits until it is ready, and leaves nothing behind."""

    def __init__(self, command, log):
        self.command = command
        self.log = pathlib.Path(log)

    def __enter__(self):
        self.data = tempfile.mkdtemp(prefix="clew-eval-")
        out = self.log.with_suffix(".out")
        with open(out, "w", encoding="utf-8") as stdout, open(self.log, "w", encoding="utf-8") as stderr:
            self.process = subprocess.Popen(
                [*self.command, "serve", "--data", self.data, "--listen", "127.0.0.1:0", "--otlp-http", "127.0.0.1:0", "--otlp-grpc", "127.0.0.1:0"],
                stdout=stdout, stderr=stderr)
        until = time.monotonic() + READY_SECONDS
        while time.monotonic() < until:
            if ready := re.search(r"listen=(http://\S+)", out.read_text(encoding="utf-8")):
                self.url = ready.group(1)
                return self
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        self.__exit__(None, None, None)
        raise SystemExit(f"eval: the server did not become ready within {READY_SECONDS} s:\n{self.log.read_text(encoding='utf-8')[-2000:]}")

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
        shutil.rmtree(self.data, ignore_errors=True)

    def clew(self, *arguments):
        """Runs a command of the client against this server; ends the measurement when it fails."""
        done = subprocess.run([*self.command, "--url", self.url, *map(str, arguments)], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise SystemExit(f"eval: clew {' '.join(map(str, arguments))} ended with {done.returncode}:\n{done.stdout[-1000:]}{done.stderr[-1000:]}")
        return done.stdout

    def get(self, path):
        with urllib.request.urlopen(self.url + path, timeout=60) as answer:
            return json.load(answer)

    def post(self, path, body):
        request = urllib.request.Request(self.url + path, json.dumps(body).encode(), {"Content-Type": "application/json"}, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=300) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise SystemExit(f"eval: POST {path}: {error.code} {error.read().decode(errors='replace')[:1000]}") from error
