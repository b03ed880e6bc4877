"""A browser's own EventSource, without a line of ours: it reconnects by itself and goes on where it was."""

from .page import lines

FOLLOW = """(from) => {
    window.seen = [];
    window.wanted = { count: Infinity, done() {} };
    const source = new EventSource(`api/v1/stream?from=${from}`);
    source.onmessage = ({ data, lastEventId }) => {
        window.seen.push([JSON.parse(data).seq, lastEventId]);
        if (window.seen.length >= window.wanted.count) window.wanted.done();
    };
}"""

HAS_SEEN = """(count) => new Promise((done) => {
    window.wanted = { count, done };
    if (window.seen.length >= count) done();
})"""


def test_an_event_source_goes_on_by_itself_when_the_relay_was_killed(logs, open_page):
    logs.write(*lines(1, 30))
    logs.relay.wait_head(30)
    page = open_page(logs.url).page
    page.evaluate(FOLLOW, f"{logs.relay.epoch}:0")
    page.evaluate(HAS_SEEN, 30)
    port = logs.relay.port
    logs.relay.kill9()
    logs.write(*lines(31, 60))
    logs.relay.config.write_text(logs.relay.config.read_text().replace("127.0.0.1:0", f"127.0.0.1:{port}"))
    logs.relay.start()
    page.evaluate(HAS_SEEN, 60)
    logs.write(*lines(61, 61))
    page.evaluate(HAS_SEEN, 61)
    seen = page.evaluate("window.seen")
    assert [seq for seq, _ in seen] == list(range(1, 62))
    assert [last for _, last in seen] == [f"{logs.relay.epoch}:{seq}" for seq in range(1, 62)]
