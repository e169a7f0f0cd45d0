"""Shows at the sign-in who can come into the demo; only `kam demo` asks for it, by KAM_DEMO in the environment."""

from __future__ import annotations

import os

from kam.web.door import DOOR

DEMO = "KAM_DEMO"


def open_door() -> None:
    if os.environ.get(DEMO):
        from kam.demo.people import PASSWORD, accounts

        DOOR.password, DOOR.accounts = PASSWORD, accounts()
