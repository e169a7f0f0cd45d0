"""What tests of the web may ask for."""

import pytest

from kam import settings
from kam.web import origin


@pytest.fixture
def settings_say(monkeypatch):
    """`settings_say(KAM_ORIGIN="https://kam.example.com")`: as if kam had been started so."""

    def say(**environment):
        said = settings.read({"KAM_DATA": "/nowhere", **environment})
        monkeypatch.setattr(origin, "_settings", lambda: said)

    return say
