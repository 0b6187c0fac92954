"""Try what Home Assistant is told of a room with the schemas and templates of Home Assistant itself.

Outside the suite, for it needs another Python and some hundred packages; `docs/home-assistant.md` says how
to make that environment, and what came of it:

    .venv/bin/python -P -m tests.tools.home_assistant say > told.json
    HA_ENVIRONMENT/bin/python tests/tools/home_assistant.py try told.json
"""

from __future__ import annotations

import asyncio
import copy
import json
import logging
import sys
import tempfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

MQTT = "homeassistant.components.mqtt"


def say() -> dict[str, Any]:
    """Describe a room with two panels, and say how it stands, in the bytes that our own code writes."""
    import msgspec

    from devices.home_assistant.discovery import described
    from devices.panels import state as states
    from devices.panels.panel import Panel
    from kiosk.i18n import Words
    from tests.devices.panels.known import HALL, date, known
    from tests.sharing.rooms.values import HOUSE, at

    panels = [
        Panel(id="tuer", room=HALL.id, profile="800x480-bw", second_language="ar"),
        Panel(id="flur", room=HALL.id, profile="296x128-bw"),
    ]
    dates = (date("10:00", "12:00", who="Chor e. V."), date("14:00", "15:00", n=1))
    state = states.room_state(known(*dates), HOUSE, at("2026-06-02 10:30"))
    free = states.room_state(known(), HOUSE, at("2026-06-02 10:30"))
    told = msgspec.json.encode(described("0123456789abcdef", state, panels, Words("de"), "Erdgeschoss"))
    return {
        "discovery": json.loads(told),
        "states": {"busy": states.encoded(state).decode(), "free": states.encoded(free).decode()},
        "telemetry": json.dumps({"battery": 71, "etag": "0" * 32}),
    }


def _without(path: str) -> Callable[[dict[str, Any]], None]:
    def spoil(told: dict[str, Any]) -> None:
        *way, last = path.split(" ")
        for one in way:
            told = told[one]
        del told[last]

    return spoil


def _with(path: str, value: object) -> Callable[[dict[str, Any]], None]:
    def spoil(told: dict[str, Any]) -> None:
        *way, last = path.split(" ")
        for one in way:
            told = told[one]
        told[last] = value

    return spoil


BROKEN: dict[str, Callable[[dict[str, Any]], None]] = {
    "no origin": _without("o"),
    "an unknown platform": _with("cmps occupancy p", "occupancy_sensor"),
    "a component without unique_id": _without("cmps until uniq_id"),
    "a device class that binary sensors do not have": _with("cmps occupancy dev_cla", "room"),
    "a negative expire_after": _with("cmps occupancy exp_aft", -900),
    "an event without its types": _without("cmps event evt_typ"),
    "options beside a class that is no enum": _with("cmps status dev_cla", "timestamp"),
    "a template that is none": _with("cmps until val_tpl", "{{ value_json.until"),
    "a topic with a wildcard inside a word": _with("cmps event stat_t", "teilhaus/v1/house+/event"),
    "a device without ids": _without("dev ids"),
}


def tried(told: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Read a payload as Home Assistant does; gives the configuration of each component.

    Raises:
        vol.Invalid: a schema refuses it.
    """
    discovery, schemas = import_module(f"{MQTT}.discovery"), import_module(f"{MQTT}.schemas")
    payload = discovery.MQTTDiscoveryPayload(copy.deepcopy(told))
    discovery._replace_all_abbreviations(payload)
    schemas.DEVICE_DISCOVERY_SCHEMA(payload)
    found: dict[str, dict[str, Any]] = {}
    for name, part in payload["components"].items():
        component = discovery.MQTTDiscoveryPayload(part)
        discovery._merge_common_device_options(component, payload)
        component |= {"device": payload["device"], "origin": payload["origin"]}
        platform = component.pop("platform")
        before = set(component)
        found[name] = import_module(f"{MQTT}.{platform}").DISCOVERY_SCHEMA(component)
        if lost := before - set(found[name]):  # discovery drops what it does not know, without a word
            raise ValueError(f"{name}: {platform} does not know {sorted(lost)}")
    return found


async def rendered(found: dict[str, dict[str, Any]], said: dict[str, Any], how: str) -> dict[str, str]:
    """Give what each template makes of what we say."""
    core, template = import_module("homeassistant.core"), import_module("homeassistant.helpers.template")
    hass = core.HomeAssistant(tempfile.gettempdir())
    values = {}
    for name, part in found.items():
        if "value_template" in part:
            heard = said["telemetry"] if "telemetry" in part["state_topic"] else said["states"][how]
            made = template.Template(part["value_template"].template, hass)
            values[name] = str(made.async_render_with_possible_json_value(heard, "FAILED"))
    await hass.async_stop(force=True)
    return values


def main() -> int:
    """Print what was accepted, what the templates give, and each refusal."""
    if sys.argv[1] == "say":
        print(json.dumps(say(), indent=1, ensure_ascii=False))
        return 0
    logging.disable(logging.WARNING)  # it warns of being used outside its own loop
    told = json.loads(Path(sys.argv[2]).read_text("utf-8"))
    invalid = import_module("voluptuous").Invalid
    found = tried(told["discovery"])
    print(f"homeassistant {import_module('homeassistant.const').__version__} accepts {len(found)} components")
    for how in told["states"]:
        for name, value in asyncio.run(rendered(found, told, how)).items():
            print(f"  {how}: {name} = {value}")
    wrongly = 0
    for what, spoil in BROKEN.items():
        spoil(spoiled := copy.deepcopy(told["discovery"]))
        try:
            tried(spoiled)
        except invalid as refusal:
            print(f"refused: {what}: {refusal}")
        else:
            wrongly += 1
            print(f"NOT REFUSED: {what}")
    return wrongly


if __name__ == "__main__":
    raise SystemExit(main())
