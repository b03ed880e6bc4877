import assert from "node:assert/strict";
import { test } from "node:test";
import { framesOf } from "../../public/js/list/stack-trace.js";

const kinds = (text) => framesOf(text.split("\n")).map(({ kind }) => kind);
const places = (text) => framesOf(text.split("\n")).map(({ text: line, place }) => place && line.slice(place.from, place.to));

test("Java: own frames, libraries, causes", () => {
    const trace = [
        "\tat shop.checkout.OrdersClient.await(OrdersClient.java:118)",
        "\tat java.base/java.util.concurrent.FutureTask.run(FutureTask.java:264)",
        "\tat org.springframework.web.Filter.doFilter(Filter.java:12)",
        "Caused by: java.net.SocketTimeoutException: Read timed out",
        "\tat shop.http.Exchange.read(Exchange.kt:201)",
        "\t... 38 more",
    ].join("\n");
    assert.deepEqual(kinds(trace), ["own", "library", "library", "cause", "own", "library"]);
    assert.deepEqual(places(trace).slice(0, 2), ["OrdersClient.java:118", "FutureTask.java:264"]);
});

test("Python: a frame and its line of code are one", () => {
    const trace = [
        "  File \"/srv/shop/app.py\", line 88, in charge",
        "    client.post(url)",
        "  File \"/usr/lib/python3/dist-packages/httpx/_client.py\", line 1144, in post",
        "    return self.request(url)",
        "httpx.ConnectTimeout: timed out",
        "",
        "During handling of the above exception, another exception occurred:",
    ].join("\n");
    assert.deepEqual(kinds(trace), ["own", "own", "library", "library", "cause", "", "cause"]);
    assert.equal(places(trace)[0], "/srv/shop/app.py\", line 88".replace("\"", "\""));
});

test("Go: the place below a function decides for both", () => {
    const trace = [
        "goroutine 1 [running]:",
        "main.charge(0xc000012345)",
        "\t/srv/shop/main.go:42 +0x1d",
        "net/http.(*conn).serve(0xc0001)",
        "\t/usr/local/go/src/net/http/server.go:1995 +0x6a",
    ].join("\n");
    assert.deepEqual(kinds(trace), ["", "own", "own", "library", "library"]);
    assert.equal(places(trace)[2], "/srv/shop/main.go:42");
});

test("Node: modules and the runtime are quiet", () => {
    const trace = [
        "    at charge (/srv/shop/app.js:12:34)",
        "    at Layer.handle (/srv/shop/node_modules/express/lib/layer.js:95:5)",
        "    at node:internal/process/task_queues:95:5",
    ].join("\n");
    assert.deepEqual(kinds(trace), ["own", "library", "library"]);
    assert.equal(places(trace)[0], "/srv/shop/app.js:12:34");
});

test("Rust: a frame and its place, the standard library quiet", () => {
    const trace = [
        "   3: core::result::unwrap_failed",
        "             at /rustc/90c5418/library/core/src/result.rs:1654:5",
        "   4: shop::charge",
        "             at ./src/main.rs:12:5",
    ].join("\n");
    assert.deepEqual(kinds(trace), ["library", "library", "own", "own"]);
    assert.equal(places(trace)[3], "./src/main.rs:12:5");
});

test("Ruby: gems are quiet", () => {
    const trace = [
        "\tfrom /srv/shop/app.rb:12:in 'charge'",
        "\tfrom /var/lib/gems/3.1.0/gems/rack-3.0/lib/rack.rb:7:in 'call'",
    ].join("\n");
    assert.deepEqual(kinds(trace), ["own", "library"]);
});

test("joined lines that are no trace are left as they are", () => {
    assert.deepEqual(kinds("key: value\n  nested: 12\nother"), ["", "", ""]);
});
