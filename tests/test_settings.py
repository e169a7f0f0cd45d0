"""What the environment may say, and the sentence for what it may not."""

import pytest

from kam.errors import Unavailable
from kam.settings import read


def said(**environment):
    return read({"KAM_DATA": "/nowhere", **environment})


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("https://kam.example.com", "https://kam.example.com"),
        (" HTTPS://KAM.example.com:443/ ", "https://kam.example.com"),
        ("http://localhost:80", "http://localhost"),
        ("https://kam.example.com:8443", "https://kam.example.com:8443"),
        ("https://[2001:DB8::1]:8443", "https://[2001:db8::1]:8443"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("", ""),
    ],
)
def test_the_public_origin_is_kept_as_browsers_write_it(written, meant):
    assert said(KAM_ORIGIN=written).origin == meant


@pytest.mark.parametrize(
    "wrong",
    ["kam.example.com", "ftp://kam.example.com", "https://", "https://kam.example.com/kam", "https://kam.example.com?a",
     "https://me@kam.example.com", "https://kam.example.com:port", "https://[::1", "https://..", "*",
     "https://kam example.com", "https://a.example.com,https://b.example.com", "https://*.example.com"],
)  # fmt: skip
def test_an_origin_that_is_none_stops_the_start(wrong):
    with pytest.raises(Unavailable, match="KAM_ORIGIN must be an address such as"):
        said(KAM_ORIGIN=wrong)


def test_an_origin_with_tls_means_cookies_that_stay_on_it():
    assert said(KAM_ORIGIN="https://kam.example.com").secure_cookies
    assert said(KAM_SECURE_COOKIES="yes").secure_cookies
    assert not said(KAM_ORIGIN="http://kam.example.com").secure_cookies
    assert not said().secure_cookies


@pytest.mark.parametrize(("scheme", "secure"), [("http", "yes"), ("https", "no")])
def test_cookies_that_contradict_the_origin_stop_the_start(scheme, secure):
    with pytest.raises(Unavailable, match="contradicts"):
        said(KAM_ORIGIN=f"{scheme}://kam.example.com", KAM_SECURE_COOKIES=secure)


def test_proxies_are_addresses_and_networks():
    assert [str(one) for one in said(KAM_PROXIES="127.0.0.1, 10.0.0.0/8 ::1").proxies] == [
        "127.0.0.1/32", "10.0.0.0/8", "::1/128",
    ]  # fmt: skip


@pytest.mark.parametrize("wrong", ["proxy.example.com", "10.0.0.1/8", "10.0.0.0/40", "1.2.3", "0.0.0.0/0", "::/0"])
def test_proxies_that_are_none_or_everybody_stop_the_start(wrong):
    with pytest.raises(Unavailable, match="KAM_PROXIES"):
        said(KAM_PROXIES=wrong)
