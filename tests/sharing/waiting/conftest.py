"""Three machines of one house, of which the home decides."""

from tests.sharing.rooms.conftest import make_node, three

__all__ = ["make_node", "three"]
