// A phone that locks its screen stops the microphone.

/** Keeps the screen on until released. Browsers let go when the page is hidden, so it asks again; a browser that refuses is no fault. */
class ScreenLock {
  constructor() {
    this.onVisible = () => this.hold();
    document.addEventListener("visibilitychange", this.onVisible);
    this.hold();
  }

  async hold() {
    if (document.visibilityState !== "visible") return;
    const lock = await navigator.wakeLock?.request("screen").catch(() => null);
    if (this.isReleased) lock?.release();
    else this.lock = lock;
  }

  release() {
    this.isReleased = true;
    document.removeEventListener("visibilitychange", this.onVisible);
    this.lock?.release();
  }
}
