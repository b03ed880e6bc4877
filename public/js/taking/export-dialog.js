// The form that downloads what matches. The relay streams it; nothing of it passes through the page.

import { h } from "../parts/parts-view.js";
import { copyText } from "../parts/clipboard.js";
import { exportAddress, FORMATS } from "./export-address.js";
import { shellWord } from "./commands-for.js";

const RANGES = [["past", "The range of the past that is shown"], ["all", "All that matches in the relay's log"], ["last", "Of the last"], ["here", "From the first to the last row of this page"]];
const SPANS = [["15m", "15 minutes"], ["1h", "hour"], ["6h", "6 hours"], ["1d", "day"], ["7d", "7 days"]];

/**
 * `range` is { from, to }, positions, if the page has rows; `base` the address of the page without its query, `place` the
 * range of the past that it shows. Resolves when the dialog is closed.
 */
export function askForExport(lens, range, base, place) {
    const isRange = Boolean(place?.since || place?.until);
    const format = radios("format", FORMATS.map(([value, name, more]) => [value, name, more]), "text");
    const ranges = radios("range", RANGES.filter(([value]) => ({ here: range !== undefined, past: isRange })[value] ?? true).map(([value, words]) => [value, words]), isRange ? "past" : "all");
    const since = h("select", { "aria-label": "How far back" }, ...SPANS.map(
        ([value, words]) => h("option", { value, selected: value === "1h" }, words)));
    const fields = h("input", {
        "aria-label": "Fields", placeholder: "all fields; or names with commas", autocomplete: "off", spellcheck: "false", maxlength: 400,
    });
    const download = h("a", { class: "button primary", download: "" }, "Download");
    const copy = h("button", { type: "button", class: "button", click: () => copyText(`curl -J -O ${shellWord(base + address())}`) }, "Copy as curl");
    const address = () => exportAddress(lens, {
        format: format.value, range: ranges.value, since: since.value, place, ...range,
        fields: fields.value.split(",").map((name) => name.trim()).filter(Boolean),
    });
    const form = h(
        "form", { method: "dialog", class: "chart-form" },
        h("h2", { id: "export-title" }, "Download events"),
        h("p", { class: "quiet" }, lens.filter.trim() === "" ? "No filter is set: every event." : "What matches the filter. Gaps stay in it, as rows of their own."),
        format.element, ranges.element, h("label", { class: "span-label" }, h("span", null, "How far back"), since),
        h("label", null, h("span", null, "Fields"), fields),
        h(
            "div", { class: "dialog-actions" },
            h("button", { type: "button", class: "button", click: () => dialog.close() }, "Close"), copy, download));
    const dialog = h("dialog", { class: "dialog chart-dialog", "aria-labelledby": "export-title" }, form);
    const update = () => {
        download.href = address();
        since.closest("label").hidden = ranges.value !== "last";
    };
    form.addEventListener("input", update);
    document.body.append(dialog);
    dialog.showModal();
    update();
    return new Promise((resolve) => dialog.addEventListener("close", () => {
        dialog.remove();
        resolve();
    }));
}

function radios(name, options, chosen) {
    const inputs = options.map(([value]) => h("input", { type: "radio", name, value, checked: value === chosen }));
    const element = h("fieldset", { class: "radios" }, h("legend", { class: "visually-hidden" }, name), ...options.map(
        ([, words, more], at) => h("label", null, inputs[at], h("span", null, words, more && h("small", null, ` ${more}`)))));
    return { element, get value() { return inputs.find((input) => input.checked).value; } };
}
