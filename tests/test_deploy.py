"""The files under deploy/ are what the programs they are for would take: names, types, settings, commands."""

from __future__ import annotations

import configparser
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from kubernetes.client import models

from index.settings import load_settings
from tests.conftest import ROOT
from ui.cli import cli

DEPLOY = ROOT / "deploy"
MANIFESTS = list(yaml.safe_load_all((DEPLOY / "kubernetes" / "citewire.yaml").read_text(encoding="utf-8")))
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
KINDS = {
    ("v1", "ConfigMap"): "V1ConfigMap",
    ("v1", "Service"): "V1Service",
    ("apps/v1", "StatefulSet"): "V1StatefulSet",
    ("batch/v1", "CronJob"): "V1CronJob",
    ("policy/v1", "PodDisruptionBudget"): "V1PodDisruptionBudget",
}
PLAIN = {"str": str, "int": int, "bool": bool, "object": object, "datetime": str}


def faults(value: Any, kind: str, place: str) -> Iterator[str]:
    """Compare a part of a manifest with its type in the official client: names, types, and what must be there."""
    if match := re.fullmatch(r"list\[(.+)\]", kind):
        if not isinstance(value, list):
            yield f"{place} is no list"
            return
        for number, each in enumerate(value):
            yield from faults(each, match.group(1), f"{place}[{number}]")
    elif match := re.fullmatch(r"dict\(str, (.+)\)", kind):
        for name, each in value.items():
            yield from faults(each, match.group(1), f"{place}.{name}")
    elif kind in PLAIN:
        if not isinstance(value, PLAIN[kind]) or (kind == "int" and isinstance(value, bool)):
            yield f"{place} is no {kind}: {value!r}"
    else:
        model = getattr(models, kind)
        known = {written: name for name, written in model.attribute_map.items()}
        for name, each in value.items():
            if name not in known:
                yield f"{place}.{name} is not known"
            else:
                yield from faults(each, model.openapi_types[known[name]], f"{place}.{name}")
        try:
            model(**{known[name]: each for name, each in value.items() if name in known})
        except ValueError as error:
            yield f"{place}: {error}"


@pytest.mark.parametrize("manifest", MANIFESTS, ids=lambda each: each["kind"])
def test_a_manifest_has_the_shape_that_its_kind_has(manifest: dict[str, Any]) -> None:
    assert list(faults(manifest, KINDS[manifest["apiVersion"], manifest["kind"]], manifest["kind"])) == []
    assert re.fullmatch(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?", manifest["metadata"]["name"])


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda each: each["spec"].update(replica=2), "StatefulSet.spec.replica is not known"),
        (lambda each: each["spec"].update(replicas="two"), "StatefulSet.spec.replicas is no int: 'two'"),
        (lambda each: each["spec"].pop("selector"), "Invalid value for `selector`, must not be `None`"),
    ],
)
def test_a_fault_in_a_manifest_is_seen(change: Any, told: str) -> None:
    manifest = next(each for each in yaml.safe_load(yaml.safe_dump(MANIFESTS)) if each["kind"] == "StatefulSet")
    change(manifest)
    assert any(told in fault for fault in faults(manifest, "V1StatefulSet", "StatefulSet"))


def pods() -> Iterator[dict[str, Any]]:
    for each in MANIFESTS:
        spec = each.get("spec", {})
        spec = spec.get("jobTemplate", {}).get("spec", spec)
        if "template" in spec:
            yield spec | {"labels": spec["template"]["metadata"]["labels"], "pod": spec["template"]["spec"]}


def test_what_a_manifest_points_at_is_there() -> None:
    labels = [each["labels"] for each in pods()]
    for each in MANIFESTS:
        selector = each.get("spec", {}).get("selector", {})
        wanted = selector.get("matchLabels", selector)
        assert not wanted or any(wanted.items() <= found.items() for found in labels)
    maps = {each["metadata"]["name"] for each in MANIFESTS if each["kind"] == "ConfigMap"} | {"citewire-proxy"}
    for each in pods():
        claims = {claim["metadata"]["name"] for claim in each.get("volumeClaimTemplates", [])}
        volumes = claims | {volume["name"] for volume in each["pod"].get("volumes", [])}
        for container in each["pod"]["containers"]:
            assert {mount["name"] for mount in container.get("volumeMounts", [])} <= volumes
            assert {source["configMapRef"]["name"] for source in container.get("envFrom", [])} <= maps
            ports = {port["name"] for port in container.get("ports", [])}
            for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
                assert probe not in container or container[probe]["httpGet"]["port"] in ports


def environments() -> Iterator[tuple[str, dict[str, str]]]:
    for each in MANIFESTS:
        if each["kind"] == "ConfigMap":
            yield "ConfigMap", each["data"]
    for each in pods():
        for container in each["pod"]["containers"]:
            yield container["name"], {entry["name"]: entry.get("value", "x") for entry in container.get("env", [])}
    for name, service in COMPOSE["services"].items():
        yield f"compose {name}", service.get("environment", {})
    unit = (DEPLOY / "citewire.service").read_text(encoding="utf-8")
    yield "systemd", dict(line.split("=", 1) for line in re.findall(r"^Environment=(.+)$", unit, re.MULTILINE))
    image = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    yield "image", dict(line.split("=", 1) for line in re.findall(r"^ENV (.+)$", image, re.MULTILINE))


@pytest.mark.parametrize(("name", "variables"), list(environments()))
def test_variables_are_settings(name: str, variables: dict[str, str], tmp_path: Path) -> None:
    assert load_settings(environment=variables, folder=tmp_path)
    assert not any(re.search(r"://[^@/]*:[^@]*@", value) for value in variables.values()), "a password in an address"


def commands() -> Iterator[list[str]]:
    for each in pods():
        yield from (
            container["args"] for container in each["pod"]["containers"] if container["image"].startswith("citewire")
        )
    yield from (service["command"] for service in COMPOSE["services"].values() if "command" in service)
    unit = (DEPLOY / "citewire.service").read_text(encoding="utf-8")
    yield from (shlex.split(line)[1:] for line in re.findall(r"^ExecStart=(.+)$", unit, re.MULTILINE))
    image = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    yield from (yaml.safe_load(line) for line in re.findall(r"^CMD (.+)$", image, re.MULTILINE))


@pytest.mark.parametrize("words", list(commands()), ids=" ".join)
def test_commands_are_commands_of_citewire(words: list[str]) -> None:
    command = cli.commands[words[0]]
    command.make_context(words[0], words[1:])  # raises where an option or its value is not known


def test_the_compose_file_names_what_is_there() -> None:
    services = COMPOSE["services"]
    assert set(COMPOSE) == {"name", "services", "volumes"}
    for name, service in services.items():
        assert "image" in service, name
        for other in service.get("depends_on", []):
            assert other in services
        for volume in service.get("volumes", []):
            source = re.sub(r"\$\{\w+:-(.+?)\}", r"\1", volume).split(":")[0]
            assert source in COMPOSE["volumes"] or source == "./articles" or (DEPLOY / source).is_file(), volume
    # The server listens to its own machine only: the proxy has to be on it.
    assert services["proxy"]["network_mode"] == "service:server"
    assert services["server"]["ports"] == ["127.0.0.1:8080:8080"]
    conditions = {
        each["depends_on"]["database"]["condition"]
        for each in services.values()
        if "database" in each.get("depends_on", [])
    }
    assert conditions == {"service_healthy"}
    assert "healthcheck" in services["database"]


def test_the_unit_can_be_read() -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(DEPLOY / "citewire.service", encoding="utf-8")
    assert unit.sections() == ["Unit", "Service", "Install"]
    assert {"ExecStart", "EnvironmentFile", "Restart", "DynamicUser", "CacheDirectory"} <= set(unit["Service"])


def test_the_script_can_be_read() -> None:
    subprocess.run(["sh", "-n", DEPLOY / "set-roles.sh"], check=True)
