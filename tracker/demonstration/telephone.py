"""The alert line of the demonstration: a gateway, and what it brought this hour."""

from datetime import datetime

from tracker.actions import gateways, messages
from tracker.demonstration.people import PHONE
from tracker.demonstration.world import World
from tracker.intake.gateways import Message
from tracker.vocabulary import GatewayKind, GatewayProof, MessageKind, Role

_NETWORK, _ADMINISTRATION = "wun-riak-network", Role.ADMINISTRATOR
_TEXTS = (
    ("00017", "Urgent! Cattle raid in {area}, 4 people wounded. Call me"),
    ("00023", "اعتقال 3 رجال في السوق، لا تتصلوا بي، هاتفي ليس لي وحدي"),
)


def ring(place: World, at: datetime) -> None:
    """Sets the gateway up, and takes in its messages; the caller has set the clock to `at`."""
    network = place.institutions[_NETWORK]
    actor = next(one for people in place.workers.values() for one in people if one.role is _ADMINISTRATION)
    gateway, _secret = gateways.add(
        actor=actor,
        name="Alert line 222",
        kind=GatewayKind.FLOW,
        proof=GatewayProof.BEARER,
        institution_id=network.id,
        area_id=network.area_id,
        languages=("en", "ar"),
    )
    area = place.areas["SS030391"].name
    for number, text in _TEXTS:
        said = text.format(area=area)
        messages.take_in(Message(number, f"{PHONE}{number}", said, at, MessageKind.SMS), actor=gateway)
