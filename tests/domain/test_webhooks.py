"""Signatures as the Standard Webhooks specification publishes them, and addresses that no receiver may have."""

import base64
from ipaddress import IPv4Address, IPv6Address, ip_network
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker import clock, webhooks
from tracker.config import from_environment
from tracker.errors import BadSetting

PRIVATE = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "::/127",
    "fc00::/7",
    "fe80::/10",
    "ff00::/8",
    "2001:db8::/32",
]


def test_the_published_vector_is_signed_as_published():
    """From the specification's own libraries (libraries/*/tests, `testSignFunctionWorks`)."""
    signed = webhooks.signature(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        key="msg_p5jXN8AQM9LWM0D4loKWxJek",
        at=1614265330,
        body=b'{"test": 2432232314}',
    )
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_what_the_page_for_receivers_shows_checks_what_we_sign():
    page = (Path(__file__).parents[2] / "docs" / "receiving.md").read_text(encoding="utf-8")
    shown: dict[str, Any] = {}
    exec(page.split("```python\n")[1].split("```")[0], shown)  # noqa: S102 - our own page
    secret, at, body = webhooks.new_secret(), int(clock.now().timestamp()), b'{"data": {}}'
    signed = [webhooks.signature(one, key="k", at=at, body=body) for one in (webhooks.new_secret(), secret)]
    headers = {"webhook-id": "k", "webhook-timestamp": str(at), "webhook-signature": " ".join(signed)}
    assert shown["is_genuine"](headers, body, secret)
    assert not shown["is_genuine"](headers, body + b" ", secret)
    assert not shown["is_genuine"](headers | {"webhook-timestamp": str(at - 3600)}, body, secret)


def test_a_secret_is_new_each_time_and_as_long_as_the_specification_asks():
    made = {webhooks.new_secret() for _ in range(10)}
    assert len(made) == 10
    assert {len(base64.b64decode(one.removeprefix("whsec_"))) for one in made} == {32}


@pytest.mark.parametrize("network", PRIVATE)
def test_no_address_of_a_private_network_is_public(network: str):
    inside = ip_network(network)
    for address in (inside[0], inside[-1], inside[inside.num_addresses // 2]):
        assert not webhooks.is_public(str(address))


@given(st.ip_addresses(v=4))
def test_an_address_that_wraps_another_is_never_public(address: IPv4Address):
    number = int(address)
    wrapped = (
        number,  # ::127.0.0.1
        (0xFFFF << 32) | number,  # ::ffff:127.0.0.1
        (0x64FF9B << 96) | number,  # NAT64
        (0x2002 << 112) | (number << 80) | 1,  # 6to4
        (0x20010000 << 96) | (number ^ 0xFFFFFFFF),  # Teredo
    )
    assert not [one for one in wrapped if webhooks.is_public(str(IPv6Address(one)))]


@given(st.ip_addresses())
def test_what_the_registries_do_not_call_global_is_never_public(address: IPv4Address | IPv6Address):
    assert not webhooks.is_public(str(address)) or (address.is_global and not address.is_multicast)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_an_address_of_the_internet_is_public(address: str):
    assert webhooks.is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "http://hooks.example.org/",
        "ftp://hooks.example.org/",
        "https://user@hooks.example.org/",
        "https://allowed.example.org@hooks.example.org/",
        "https://hooks.example.org/#part",
        "https://hooks.example.org/a b",
        "https://hooks.example.org/a\r\nHost: other",
        "https://hooks.example.org\\@other/",
        "https://hooks.example.org:port/",
        "https://hooks.example.org:99999/",
        "https://hooks/",
        "https://hooks.example.org./",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0177.0.0.1/",
        "https://127.1/",
        "https://10.0.0.1/",
        "https://93.184.215.14/",
        "https://[::ffff:127.0.0.1]/",
        "https://[fe80::1%25eth0]/",
        "https://hööks.example.org/",
        "https:///path",
        "//hooks.example.org/",
        "javascript:alert(1)",
        "",
    ],
)
def test_what_is_no_address_of_a_receiver_has_no_origin(address: str):
    assert webhooks.origin_of(address) is None


@given(st.integers(min_value=0, max_value=2**32 - 1), st.sampled_from(["{}", "{:#x}", "{:#o}", "0{:o}"]))
def test_a_number_is_no_host_whatever_its_base(number: int, form: str):
    assert webhooks.origin_of(f"https://{form.format(number)}/") is None


@given(st.text(max_size=40))
def test_whatever_is_typed_has_a_safe_origin_or_none(typed: str):
    origin = webhooks.origin_of(f"https://{typed}")
    assert origin is None or (origin.isprintable() and origin.isascii() and "@" not in origin)


def test_a_host_is_the_same_however_it_is_written():
    same = {
        webhooks.origin_of(f"https://{host}/in?a=b")
        for host in ("Hooks.Example.org", "hooks.example.org:443")
    }
    assert same == {"https://hooks.example.org:443"}


def test_the_setting_lists_hosts_and_loopback_for_tests():
    usual = {"TRACKER_SECRET_KEY": "0123456789abcdefghijklmnopqrstuv"}
    given = usual | {"TRACKER_WEBHOOK_HOSTS": "hooks.example.org, b.example.org:8443,http://127.0.0.1:81"}
    assert from_environment(given).webhook_origins == {
        "https://hooks.example.org:443",
        "https://b.example.org:8443",
        "http://127.0.0.1:81",
    }
    assert from_environment(usual).webhook_origins == frozenset()
    for wrong in ("http://hooks.example.org", "10.0.0.1", "hooks.example.org/path", "*.example.org"):
        with pytest.raises(BadSetting, match="TRACKER_WEBHOOK_HOSTS"):
            from_environment(usual | {"TRACKER_WEBHOOK_HOSTS": wrong})
