// A short sound when errors come while the rows are held. Off until a reader asks for it.

import { Alarm } from "./alarm.js";

/** Two tones, the second one lower: heard in an office, and no alarm clock. */
const TONES = [{ hertz: 660, at: 0 }, { hertz: 495, at: 0.14 }];
const TONE_SECONDS = 0.12;
const LOUDNESS = 0.08;

export class Part {
    #page;
    #alarm = new Alarm();
    #isOn;
    #audio;

    constructor(page) {
        this.#page = page;
        this.#isOn = page.views.settings.get("sound");
    }

    resume() {}

    sound() {
        const { settings, said } = this.#page.views;
        this.#isOn = !this.#isOn;
        settings.set("sound", this.#isOn);
        said.say(this.#isOn ? "Sound on: errors while the rows are held" : "Sound off");
        if (this.#isOn) this.#play();
    }

    show({ time, news, now }) {
        if (!this.#isOn) return;
        if (this.#alarm.isDue({ isAway: time.held, errors: news.errors, now })) this.#play();
    }

    /** A browser that was not touched since the page opened plays nothing, and says nothing. */
    async #play() {
        this.#audio ??= new AudioContext();
        await this.#audio.resume();
        for (const { hertz, at } of TONES) {
            const begin = this.#audio.currentTime + at;
            const tone = this.#audio.createOscillator();
            const volume = this.#audio.createGain();
            tone.frequency.value = hertz;
            volume.gain.setValueAtTime(LOUDNESS, begin);
            volume.gain.exponentialRampToValueAtTime(0.001, begin + TONE_SECONDS);
            tone.connect(volume).connect(this.#audio.destination);
            tone.start(begin);
            tone.stop(begin + TONE_SECONDS);
        }
    }
}
