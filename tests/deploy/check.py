"""The examples of deploy/ against the schemas of what reads them, and against the time that Patchbay takes to end."""

import pathlib
import re
import sys

import compose_spec
import kubernetes_validate
import yaml

# What Patchbay promises, in seconds, after the time of PATCHBAY_DRAIN.
END = 15

problems = []


def seconds(text):
    number, unit = re.fullmatch(r"(\d+)(s|m)?", str(text)).groups()
    return int(number) * (60 if unit == "m" else 1)


def check_time(where, grace, drain):
    if grace < seconds(drain) + END:
        problems.append(f"{where}: {grace} s are fewer than PATCHBAY_DRAIN and {END} s")


def check_compose(path):
    read = yaml.safe_load(path.read_text())
    try:
        compose_spec.PyCompose.from_yaml(yaml.safe_dump(read)).validate()
    except Exception as error:  # The library has a type of its own for each fault.
        problems.append(f"{path}: {error}")
    for name, service in read["services"].items():
        if service.get("image") != "patchbay":
            continue
        drain = service["environment"].get("PATCHBAY_DRAIN", "0s")
        check_time(f"{path}: {name}", seconds(service["stop_grace_period"]), drain)
        if not service.get("read_only") or service.get("cap_drop") != ["ALL"]:
            problems.append(f"{path}: {name} may do more than it needs")


def check_kubernetes(folder):
    settings = yaml.safe_load((folder / "kustomization.yaml").read_text())
    literals = dict(one.split("=", 1) for one in settings["configMapGenerator"][0]["literals"])
    named = set(settings["resources"])
    for path in sorted(folder.glob("*.yaml")):
        if path.name == "kustomization.yaml":
            continue
        if path.name not in named and ".example." not in path.name:
            problems.append(f"{path}: the kustomization does not name it")
        for document in yaml.safe_load_all(path.read_text()):
            try:
                kubernetes_validate.validate(document, "1.37", strict=True)
            except kubernetes_validate.ValidationError as error:
                problems.append(f"{path}: {error.message} at {list(error.path)}")
            if document["kind"] == "Deployment":
                pod = document["spec"]["template"]["spec"]
                check_time(path, pod["terminationGracePeriodSeconds"], literals["PATCHBAY_DRAIN"])


def check_unit(path):
    grace = re.search(r"^TimeoutStopSec=(\d+)$", path.read_text(), re.MULTILINE)
    check_time(path, int(grace[1]), "0s")


check_compose(pathlib.Path("compose.yaml"))
check_compose(pathlib.Path("deploy/compose.replicas.yaml"))
check_kubernetes(pathlib.Path("deploy/kubernetes"))
check_unit(pathlib.Path("deploy/systemd/patchbay.service"))
for problem in problems:
    print(f"deploy: {problem}", file=sys.stderr)
if problems:
    sys.exit(1)
print("deploy: the manifests, the compose files and the unit are as those who read them want them")
