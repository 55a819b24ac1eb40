// The stretch of time that is shown.

const SHORTEST_VIEW_S = 0.2;

class TimeView {
  constructor(duration_s) {
    this.duration_s = duration_s;
    this.fit();
  }

  fit() {
    this.start_s = 0;
    this.end_s = this.duration_s;
  }

  get span_s() {
    return this.end_s - this.start_s;
  }

  get isWhole() {
    return this.span_s >= this.duration_s - 1e-6;
  }

  /** Show `span_s` seconds with `time_s` at `share` of the width, inside the recording. */
  place(time_s, share, span_s) {
    const shortest = Math.min(SHORTEST_VIEW_S, this.duration_s);
    const span = Math.min(this.duration_s, Math.max(shortest, span_s));
    this.start_s = Math.min(this.duration_s - span, Math.max(0, time_s - share * span));
    this.end_s = this.start_s + span;
  }

  zoom(factor, time_s) {
    const anchor = Math.min(this.end_s, Math.max(this.start_s, time_s));
    this.place(anchor, (anchor - this.start_s) / this.span_s, this.span_s / factor);
  }

  pan(seconds) {
    this.place(this.start_s + seconds, 0, this.span_s);
  }

  /** Turn the page when the cursor has left; true when something moved. */
  follow(time_s) {
    if (time_s >= this.start_s && time_s <= this.end_s) return false;
    this.place(time_s, 0.1, this.span_s);
    return true;
  }
}
