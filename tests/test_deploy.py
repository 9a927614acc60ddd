"""What stands below deploy/ to be copied can be read, calls commands that are there, and nothing is root."""

import json
import re
import shlex
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import pytest
import yaml

from klausur.cli.commands import COMMANDS, load
from klausur.site.home_settings import PREFIX, keys

DEPLOY = Path(__file__).parents[1] / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
SERVICES = [path for path in UNITS if path.suffix == ".service"]
PROXIES = sorted((DEPLOY / "proxy").iterdir())
CONTAINERFILE = (DEPLOY / "container/Containerfile").read_text("utf-8")
VARIABLES = {key.variable for key in keys() if key.variable}


def can_be_called(words: list[str]) -> None:
    """See that a command is there and takes what is given, without doing anything."""
    name, *arguments = words
    assert name in COMMANDS, f"klausur {name} is no command"
    load(name).make_context(name, arguments)


def unit(path: Path) -> dict[str, dict[str, str]]:
    found = ConfigParser(strict=False, interpolation=None)
    found.optionxform = str  # type: ignore[method-assign, assignment]
    found.read_string(path.read_text("utf-8"))
    return {name: dict(section) for name, section in found.items() if name != "DEFAULT"}


def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "container/compose.yaml").read_text("utf-8"))
    return found


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_a_service_calls_a_command_that_is_there_as_nobody_of_power(path: Path) -> None:
    service = unit(path)["Service"]
    program, *words = shlex.split(service["ExecStart"])
    assert program == "/opt/klausur/bin/klausur"
    can_be_called(words)
    assert service["User"] not in {"", "root"}
    assert (service["NoNewPrivileges"], service["ProtectSystem"], service["UMask"]) == (
        "true",
        "strict",
        "0077",
    )
    assert service["CapabilityBoundingSet"] == ""
    writable = [f"/var/lib/{service['StateDirectory']}", *service.get("ReadWritePaths", "").split()]
    places = [word for word in words if word.startswith("/")]
    assert all(any(place.startswith(root) for root in writable) for place in places)


def test_each_unit_that_another_names_is_there() -> None:
    names = {path.name.replace("@.", "@1.") for path in UNITS}
    for path in UNITS:
        told = set(re.findall(r"klausur[\w@-]*\.(?:service|timer)", path.read_text("utf-8")))
        assert told <= names, path.name
    timer = DEPLOY / "systemd/klausur-backup.timer"
    assert set(unit(timer)) == {"Unit", "Timer", "Install"}
    assert timer.with_suffix(".service") in UNITS


def test_the_image_runs_as_nobody_of_power_and_starts_a_command_that_is_there() -> None:
    last = CONTAINERFILE.rpartition("\nFROM ")[2]
    said = dict(re.findall(r"^(USER|ENTRYPOINT|CMD|EXPOSE|WORKDIR) (.*)$", last, re.MULTILINE))
    assert said["USER"].split(":")[0] not in {"0", "root"}
    assert last.index("\nUSER ") < last.index("\nENTRYPOINT ")
    assert json.loads(said["ENTRYPOINT"]) == ["klausur"]
    can_be_called(json.loads(said["CMD"]))
    for source in re.findall(r"--constraint (\S+)", CONTAINERFILE):
        assert (DEPLOY.parent / source).is_file()
    assert "/healthz" in last


def test_no_service_of_the_example_is_root_and_each_calls_a_command_that_is_there() -> None:
    found = compose()
    assert set(found["services"]) == {"server", "worker", "backup", "database"}
    user = re.findall(r"^USER (\S+)$", CONTAINERFILE, re.MULTILINE)[-1]
    for name, service in found["services"].items():
        assert service["user"].split(":")[0] not in {"0", "root", ""}, name
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        for volume in service["volumes"]:
            assert volume.partition(":")[0] in found["volumes"]
        if service["image"] == "klausur":
            assert service["user"] == user
            assert service["read_only"] is True
            can_be_called(service["command"])
            settings = {word for word in service["environment"] if word.startswith(PREFIX)}
            assert settings
            assert settings <= VARIABLES
    assert found["services"]["server"]["ports"] == ["127.0.0.1:8000:8000"], "for the host's proxy alone"
    assert (DEPLOY / "container" / found["services"]["server"]["build"]["context"]).resolve() == DEPLOY.parent


def test_settings_that_are_only_hinted_at_are_there_too() -> None:
    for path in DEPLOY.rglob("*"):
        if path.is_file():
            assert set(re.findall(rf"\b{PREFIX}\w+", path.read_text("utf-8"))) <= VARIABLES, path.name


@pytest.mark.parametrize("path", PROXIES, ids=lambda path: path.name)
def test_a_proxy_hands_on_what_the_server_believes_and_hides_what_is_for_programs(path: Path) -> None:
    text = re.sub(r"^\s*#.*$", "", path.read_text("utf-8"), flags=re.MULTILINE)
    assert text.count("{") == text.count("}")
    assert text.count("<VirtualHost ") == text.count("</VirtualHost>")
    assert "127.0.0.1:8000" in text
    assert "exams.example.org" in text
    for name in ("metrics", "readyz"):
        assert name in text
    if path.name != "Caddyfile":  # which does the rest by itself
        assert "X-Forwarded-Proto" in text
        assert "X-Forwarded-For" in text
        assert re.search(r"proxy_set_header Host \$host|ProxyPreserveHost On", text)
