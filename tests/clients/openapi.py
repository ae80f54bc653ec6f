"""Asks an example about its OpenAPI document.

`openapi.py valid URL` prints the version of OpenAPI by whose schema the document is valid.
`openapi.py ignored_auth URL TOKEN` prints, by schemathesis, each operation that answered a request (`answered`), and each that
did so without a credential, against its document (`open`).
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.request import urlopen

CONFIG = """
[parameters]
"path.org" = "acme"
"path.id" = "1"
"""


def valid(url):
    from openapi_spec_validator import OpenAPIV31SpecValidator

    with urlopen(f"{url}/openapi.json", timeout=20) as answer:
        OpenAPIV31SpecValidator(json.load(answer)).validate()
    print("3.1")


def ignored_auth(url, token):
    with tempfile.TemporaryDirectory() as folder:
        config, report = Path(folder, "schemathesis.toml"), Path(folder, "report.ndjson")
        config.write_text(CONFIG)
        command = [
            str(Path(sys.executable).with_name("schemathesis")),
            "--config-file", str(config), "--no-color", "run", f"{url}/openapi.json",
            "--checks", "ignored_auth", "--phases", "coverage,fuzzing", "--max-examples", "10",
            "--mode", "positive", "--generation-deterministic",
            "--header", f"Authorization: Bearer {token}", "--request-timeout", "20", "--continue-on-failure",
            "--report-ndjson-path", str(report),
        ]  # fmt: skip
        run = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=55)
        if run.returncode not in (0, 1):
            sys.exit(run.stdout + run.stderr)
        events = [json.loads(line) for line in report.read_text().splitlines()]
    told = set()
    for scenario in (event["ScenarioFinished"] for event in events if "ScenarioFinished" in event):
        recorder = scenario["recorder"]
        checks = [check for checks in recorder["checks"].values() for check in checks]
        answers = [interaction["response"] or {} for interaction in recorder["interactions"].values()]
        if any(check["name"] == "ignored_auth" and check["status"] == "failure" for check in checks):
            told.add("open " + recorder["label"])
        if any(200 <= answer.get("status_code", 0) < 300 for answer in answers):
            told.add("answered " + recorder["label"])
    print(*sorted(told), sep="\n")


{"valid": valid, "ignored_auth": ignored_auth}[sys.argv[1]](*sys.argv[2:])
