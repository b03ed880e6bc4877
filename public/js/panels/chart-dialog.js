// The little form that makes a chart of a field.

import { h } from "../parts/parts-view.js";
import { VALUES, WINDOWS } from "./charts.js";

const WORDS = {
    count: "count of events", avg: "average of", min: "lowest", max: "highest", sum: "sum of", p50: "median of",
    p95: "95th percentile of", p99: "99th percentile of",
};

/** Resolves with { how, field, by, window }, or undefined if it was closed. `fields` resolves with names to offer. */
export function askForChart({ field = "", fields }) {
    const list = h("datalist", { id: "chart-fields" });
    fields.then((names) => list.append(...names.map((value) => h("option", { value }))));
    const how = choice("what", VALUES.map((value) => [value, WORDS[value]]), field ? "p95" : "count");
    const name = text("field", field, "duration_ms");
    const by = text("by", "", "one line for each value; may be empty");
    const window = choice("window", WINDOWS.map((value) => [value, value]), "15m");
    const form = h(
        "form", { method: "dialog", class: "chart-form" },
        h("h2", { id: "chart-title" }, "Chart a field"),
        h("p", { class: "quiet" }, "Counted by the relay over the events of this view, and shown in this browser."),
        label("What", how), label("Field", name), label("By", by), label("Over the last", window),
        h(
            "div", { class: "dialog-actions" },
            h("button", { type: "button", class: "button", click: () => dialog.close() }, "Cancel"),
            h("button", { type: "submit", class: "button primary", value: "ok" }, "Add chart")));
    const dialog = h("dialog", { class: "dialog chart-dialog", "aria-labelledby": "chart-title" }, list, form);
    const needField = () => {
        name.required = how.value !== "count";
        name.closest("label").hidden = how.value === "count" && by.value !== "";
    };
    how.addEventListener("change", needField);
    document.body.append(dialog);
    dialog.showModal();
    needField();
    return new Promise((resolve) => dialog.addEventListener("close", () => {
        dialog.remove();
        const isMade = dialog.returnValue === "ok" && (how.value !== "count" || by.value || name.value);
        resolve(isMade ? { how: how.value, field: name.value.trim(), by: by.value.trim(), window: window.value } : undefined);
    }));
}

function choice(name, options, chosen) {
    return h("select", { name }, ...options.map(
        ([value, words]) => h("option", { value, selected: value === chosen }, words)));
}

function text(name, value, placeholder) {
    return h("input", {
        name, value, placeholder, list: "chart-fields", autocomplete: "off", autocapitalize: "off", spellcheck: "false",
        maxlength: 200,
    });
}

function label(words, control) {
    return h("label", null, h("span", null, words), control);
}
