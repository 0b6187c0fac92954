"""`python -m kiosk`: the command line."""

from kiosk.cli.main import main

main()
