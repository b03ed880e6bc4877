// The line between two views: it is moved, and says whether the two go through time together.

import { h, icon } from "../parts/parts-view.js";
import { shareWithin } from "./beside.js";

const STEP = 0.05;

export class DividerView {
    element;
    #share = 0.5;
    #join;
    #edge;
    #moved;

    /** `moved(share)` gets the share of the first view; `join()` is called by the button. */
    constructor({ moved, join }) {
        this.#moved = moved;
        this.#join = h("button", { type: "button", class: "tool small", click: join }, icon("link", "small"));
        this.#edge = h("div", {
            class: "split-edge", role: "separator", tabindex: "0", "aria-orientation": "vertical", "aria-label": "Share of the views",
            "aria-valuemin": "25", "aria-valuemax": "75", title: "Drag; double click: halves",
            pointerdown: (event) => this.#grasped(event), dblclick: () => moved(0.5), keydown: (event) => this.#pressed(event),
        });
        this.element = h("div", { class: "split-divider" }, this.#join, this.#edge);
    }

    show(share) {
        this.#share = share;
        this.#edge.setAttribute("aria-valuenow", String(Math.round(share * 100)));
    }

    showJoined(isJoined) {
        const label = isJoined ? "Both views hold, go live and go back in time together" : "Each view has a time of its own";
        this.#join.setAttribute("aria-pressed", String(isJoined));
        this.#join.setAttribute("aria-label", label);
        this.#join.title = label;
    }

    #grasped(event) {
        const edge = this.#edge;
        edge.setPointerCapture(event.pointerId);
        const isAcross = innerWidth > innerHeight || innerWidth > 900;
        const move = ({ clientX, clientY }) => this.#moved(shareWithin(isAcross ? clientX / innerWidth : clientY / innerHeight));
        edge.addEventListener("pointermove", move);
        edge.addEventListener("lostpointercapture", () => edge.removeEventListener("pointermove", move), { once: true });
    }

    #pressed(event) {
        const step = { ArrowLeft: -STEP, ArrowUp: -STEP, ArrowRight: STEP, ArrowDown: STEP }[event.key];
        if (step === undefined) return;
        event.preventDefault();
        event.stopPropagation();
        this.#moved(shareWithin(this.#share + step));
    }
}
