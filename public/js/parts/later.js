// A view that is made when it is asked for the first time.

export class Later {
    #make;
    #made;
    #view;

    /** `make()` resolves with the view. */
    constructor(make) {
        this.#make = make;
    }

    /** The view, if it was made. */
    get view() { return this.#view; }

    /** Calls a method of the view, at once if it is here. */
    async do(method, ...values) {
        if (!this.#view) {
            this.#made ??= this.#make();
            this.#made.catch(() => this.#made = undefined);   // the relay was away; the next call tries again
            this.#view = await this.#made;
        }
        return this.#view[method](...values);
    }
}
