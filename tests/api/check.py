"""Checks the API of a demo against its own OpenAPI document."""

import json
import os
import subprocess
import sys
import tempfile
import urllib.request

import jsonschema
from openapi_spec_validator import OpenAPIV31SpecValidator

from demo import Demo

SMALL = {"contacts": "40", "companies": "10", "deals": "10"}
# What ends what the other operations work on.
LAST = "disconnect"
CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "missing_required_header",
    "unsupported_method",
]


def document_of(url):
    with urllib.request.urlopen(f"{url}/api/openapi.json", timeout=30) as answer:
        return json.load(answer)


def operations(document):
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield f"{method.upper()} {path}", operation


def contents(operation):
    """What an operation takes and answers, with the examples of each."""
    for content in operation.get("requestBody", {}).get("content", {}).values():
        yield content
    for response in operation["responses"].values():
        yield from response.get("content", {}).values()


def check_examples(document):
    """Every example must fit the schema that it stands beside."""
    checked = 0
    for name, operation in operations(document):
        for content in contents(operation):
            schema = {**content["schema"], "components": document["components"]}
            validator = jsonschema.Draft202012Validator(schema)
            examples = [one["value"] for one in content.get("examples", {}).values()]
            if "example" in content:
                examples.append(content["example"])
            for example in examples:
                for error in validator.iter_errors(example):
                    sys.exit(f"api: an example of {name} does not fit: {error.message}")
                checked += 1
    return checked


def run(arguments):
    """Runs schemathesis, and answers how it ended."""
    command = [sys.executable, "-m", "schemathesis.cli"]
    # It keeps what it found in the folder where it runs.
    with tempfile.TemporaryDirectory() as folder:
        return subprocess.run(command + arguments, check=False, cwd=folder).returncode


def known(demo, key):
    """A file that names a contact and a load that are there: ids made up lead nowhere."""
    connection = f"{demo.url}/api/v1/connections/hubspot"
    contact = call(f"{connection}/contacts?limit=1", key)["contacts"][0]["id"]
    load = call(connection, key)["items"]["load"]
    place = os.path.join(demo.folder.name, "schemathesis.toml")
    with open(place, "w", encoding="utf-8") as file:
        for operation, found in (("showContact", contact), ("updateContact", contact), ("showLoad", load)):
            file.write(f'[[operations]]\ninclude-operation-id = "{operation}"\n')
            file.write(f'parameters = {{ id = "{found}", provider = "hubspot" }}\n\n')
    return place


def call(url, key):
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {key}"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def main(program, examples):
    with Demo(program) as demo:
        demo.connect("hubspot", SMALL)
        key = demo.key()
        document = document_of(demo.url)
        errors = list(OpenAPIV31SpecValidator(document).iter_errors())
        if errors:
            sys.exit(f"api: the document is not OpenAPI 3.1: {errors[0]}")
        count = sum(1 for _ in operations(document))
        print(f"api: OpenAPI 3.1, {count} operations, {check_examples(document)} examples that fit")
        common = [
            "--config-file", known(demo, key),
            "run",
            f"{demo.url}/api/openapi.json",
            "--header", f"Authorization: Bearer {key}",
            "--checks", ",".join(CHECKS),
            "--max-examples", examples,
            "--generation-deterministic",
            "--request-timeout", "30",
            "--no-color",
        ]
        # First with a connection, then without one.
        ended = run(common + ["--exclude-operation-id", LAST])
        ended = run(common + ["--include-operation-id", LAST]) or ended
        ended = run(common + ["--phases", "examples,coverage"]) or ended
        faults = demo.faults()
        if faults:
            print(f"api: the log tells of {len(faults)} faults, the first: {faults[0]}")
        if ended or faults:
            sys.exit(1)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
