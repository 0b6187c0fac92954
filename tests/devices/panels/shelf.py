"""A broker of retained messages, in memory: it gives back what is published, as the real one does."""

from __future__ import annotations

from devices.panels import topics
from devices.panels.message import Message
from devices.panels.publisher import Publisher
from devices.panels.state import RoomState, decoded

HOUSE = "0123456789abcdef"


class Shelf:
    """Holds what a publisher says."""

    def __init__(self, publisher: Publisher) -> None:
        self.publisher = publisher
        self.retained: dict[str, bytes] = {}
        self.passed: list[Message] = []
        """All that was published, in order."""

    def connect(self) -> None:
        self.publisher.connected()
        for topic, payload in list(self.retained.items()):
            self.tell(topic, payload)

    def tell(self, topic: str, payload: bytes) -> None:
        found = topics.parts_of(HOUSE, topic)
        if found is not None and found[0].startswith("room:"):
            self.publisher.heard(found[0].removeprefix("room:"), found[1], topic, payload)

    def turn(self) -> list[Message]:
        """Let the publisher look; gives what it said."""
        said = self.publisher.tick()
        for one in said:
            self.publish(one)
        again = self.publisher.tick()
        for one in again:
            self.publish(one)
        return said + again

    def publish(self, one: Message) -> None:
        self.passed.append(one)
        if one.retain and one.payload:
            self.retained[one.topic] = one.payload
        elif one.retain:
            self.retained.pop(one.topic, None)
        self.tell(one.topic, one.payload)

    def state(self, room: str) -> RoomState:
        return decoded(self.retained[topics.state(HOUSE, room)])

    def of_room(self, room: str) -> dict[str, bytes]:
        return {topic: payload for topic, payload in self.retained.items() if room in topic}
