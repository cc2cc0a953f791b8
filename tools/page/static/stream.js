// What the stack sends, handed on once for each frame that is drawn.

/** Follows the deliveries that match. */
export class Stream {
  /** `apply` takes {all, rows, gone}; `totals` the sums; `live` whether the stack answers. */
  constructor({ apply, totals, live, knows }) {
    Object.assign(this, { apply, totals, live, knows });
    this.pending = null;
  }

  /** Follows what matches now, instead of what matched before. */
  follow(wanted) {
    this.source?.close();
    const query = new URLSearchParams(Object.entries(wanted).filter(([, value]) => value));
    // The browser connects again by itself, and is sent everything again.
    this.source = new EventSource(`page/stream?${query}`);
    this.source.addEventListener("open", () => this.live(true));
    this.source.addEventListener("error", () => this.failed());
    this.source.addEventListener("rows", (event) => this.take(JSON.parse(event.data)));
    this.source.addEventListener("totals", (event) => this.totals(JSON.parse(event.data)));
  }

  failed() {
    this.live(false);
    if (this.source.readyState !== EventSource.CLOSED) return;
    const { source } = this; // refused, which it does not try again
    setTimeout(() => source === this.source && this.follow(Object.fromEntries(new URL(source.url).searchParams)), 2000);
  }

  take({ all, rows, gone }) {
    if (all || !this.pending) {
      if (!this.pending) requestAnimationFrame(() => this.flush());
      this.pending = { all, rows: new Map(), gone: new Set() };
    }
    const { pending } = this;
    for (const id of gone) if (pending.rows.delete(id) || this.knows(id)) pending.gone.add(id);
    for (const row of rows) {
      pending.gone.delete(row.id);
      pending.rows.delete(row.id);
      pending.rows.set(row.id, row);
    }
    // A tab in the background draws nothing: the oldest would not be shown any more.
    for (const id of pending.rows.keys()) {
      if (pending.rows.size <= 1000) break;
      pending.rows.delete(id);
    }
  }

  flush() {
    const { all, rows, gone } = this.pending;
    this.pending = null;
    this.apply({ all, rows: [...rows.values()], gone: [...gone] });
  }
}
