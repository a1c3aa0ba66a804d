"""Reading everything that a person can reach: a client that follows every link of every page."""

from collections import deque
from urllib.parse import urldefrag

from tests.web.careful_client import CarefulClient, Page

MOST = 400


def everything(
    client: CarefulClient, *starts: str, inside: tuple[str, ...] = (), without: str = ""
) -> dict[str, str]:
    """Each page that links lead to from the starts, by address; redirects are followed, queries are pages too.

    `inside`: only these addresses, and what begins with one that is longer than "/". `without`: none that has it in it.

    Fails when a link leads to anything but a page: nobody is offered what they may not have.
    """
    read: dict[str, str] = {}
    waiting = deque(starts or ("/",))
    while waiting and len(read) < MOST:
        address = waiting.popleft()
        if address in read or (inside and not _lies(address, inside)) or (without and without in address):
            continue
        answer = client.get(address)
        assert answer.status_code in {200, 302}, f"{address}: {answer.status}"
        read[address] = answer.get_data().decode(errors="replace")  # some links lead to workbooks
        waiting += [answer.location] if answer.location else []
        waiting += [link for link in _links(read[address], address) if link not in read]
    return read


def _lies(address: str, inside: tuple[str, ...]) -> bool:
    return address in inside or address.startswith(tuple(one for one in inside if one != "/"))


def _links(markup: str, here: str) -> list[str]:
    if not markup.lstrip().startswith("<!doctype html"):
        return []
    found = [urldefrag(link.get("href"))[0] for link in Page(markup).all("a")]
    path = here.split("?", maxsplit=1)[0]
    return [
        path + link if link.startswith("?") else link
        for link in found
        if link and not link.startswith("tel:")
    ]
