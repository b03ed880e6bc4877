import assert from "node:assert/strict";
import { test } from "node:test";
import { curlCommand, journalctlCommand, pageLink, shellWord, tailCommand } from "../../public/js/taking/commands-for.js";
import { exportAddress } from "../../public/js/taking/export-address.js";

const base = "http://logs:8245/";
const lens = { stream: "web", filter: "level>=warn host='it's'" };

test("a view is a link, with its moment if it has one", () => {
    assert.equal(pageLink(base, { stream: "all", filter: "" }), base);
    assert.equal(pageLink(base, { stream: "all", filter: "" }, { at: "7c1e:12", to: undefined }), `${base}?at=7c1e%3A12`);
    assert.match(pageLink(base, lens, { at: "7c1e:12" }), /^http:\/\/logs:8245\/\?stream=web&filter=.*&at=7c1e%3A12$/);
});

test("a view is a command, quoted for a shell", () => {
    assert.equal(tailCommand(base, lens), "tailrace tail http://logs:8245/ --stream web 'level>=warn host='\\''it'\\''s'\\'''");
    assert.equal(curlCommand(base, { stream: "all", filter: "a b" }),
        "curl -N -G http://logs:8245/api/v1/stream --data-urlencode 'filter=a b'");
    assert.equal(shellWord("$(rm -rf /)"), "'$(rm -rf /)'");
});

test("what journalctl can say is a command of it, the rest is not", () => {
    const command = (filter) => journalctlCommand({ stream: "all", filter });
    assert.equal(command(""), "journalctl -f");
    assert.equal(command("level>=error unit=ssh.service"), "journalctl -f -p err _SYSTEMD_UNIT=ssh.service");
    assert.equal(command("identifier=(sshd OR cron)"), "journalctl -f SYSLOG_IDENTIFIER=sshd SYSLOG_IDENTIFIER=cron");
    assert.equal(command("\"failed password\""), "journalctl -f -g 'failed password'");
    assert.equal(command("a.b"), "journalctl -f -g 'a\\.b'");
    for (const filter of ["a OR b", "-level:info", "status>=500", "path=/x", "one two", "unit:ss*"]) {
        assert.equal(command(filter), undefined, filter);
    }
    assert.equal(journalctlCommand({ stream: "web", filter: "" }), undefined);
});

test("a download is an address", () => {
    const all = { format: "csv", range: "all", fields: ["status", "path"] };
    assert.equal(exportAddress(lens, all),
        "api/v1/export?format=csv&stream=web&filter=level%3E%3Dwarn+host%3D%27it%27s%27&fields=status%2Cpath");
    const here = { format: "text", range: "here", from: "7c1e:1", to: "7c1e:9" };
    assert.equal(exportAddress({ stream: "all", filter: "" }, here), "api/v1/export?format=text&from=7c1e%3A1&to=7c1e%3A9");
});

test("the range of the past that is shown is downloaded by its ends", () => {
    const place = { since: "2026-11-22T07:26:15Z", until: "2026-11-22T07:31:30Z" };
    const address = exportAddress({ stream: "all", filter: "" }, { format: "csv", range: "past", since: "1h", place });
    assert.deepEqual([...new URLSearchParams(address.split("?")[1])], [["format", "csv"], ["since", place.since], ["until", place.until]]);
    assert.equal(exportAddress({ stream: "all", filter: "" }, { format: "csv", range: "past", place: { since: place.since } }), `api/v1/export?format=csv&since=${encodeURIComponent(place.since)}`);
});
