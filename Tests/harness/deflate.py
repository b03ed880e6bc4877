"""Offers of permessage-deflate, for the `websockets` client."""

from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory

# What the client asks of the relay, by a name for the test's report.
OFFERS = {
    "none": None,
    "plain": [ClientPerMessageDeflateFactory(client_max_window_bits=True)],
    "no_context": [ClientPerMessageDeflateFactory(server_no_context_takeover=True)],
    "window_10": [ClientPerMessageDeflateFactory(server_max_window_bits=10)],
    "window_9_no_context": [ClientPerMessageDeflateFactory(server_max_window_bits=9, server_no_context_takeover=True)],
}


def offer(name: str) -> dict:
    """Options for `Relay.ws`."""
    return {"compression": None, "extensions": OFFERS[name]}
