"""What telling other systems rests on, without a database, a clock or a network: where, whereto never, and signed how.

The form is that of the Standard Webhooks specification 1.0 (standardwebhooks.com).
"""

from tracker.webhooks.addresses import is_public as is_public
from tracker.webhooks.origins import LOOPBACK as LOOPBACK
from tracker.webhooks.origins import origin_of as origin_of
from tracker.webhooks.signing import new_secret as new_secret
from tracker.webhooks.signing import signature as signature
