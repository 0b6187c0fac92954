"""A door panel in a terminal: `teilhaus door ROOM`."""
