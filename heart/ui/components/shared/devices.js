// The microphones that are connected, and the one that the user chose.

const DEVICE_KEY = "heart.recorder.device";

/** Audio inputs by id; names are empty until the user has allowed the microphone once. */
async function listInputs() {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.filter((device) => device.kind === "audioinput" && device.deviceId !== "default");
}

/** The list of microphones. It says so when another one than the chosen one is heard; `heard` gives the open microphone, if any. */
class DevicePicker {
  constructor({ select, note, heard }) {
    Object.assign(this, { select, note, heard });
    this.onDevices = () => this.list();
    select.addEventListener("change", () => this.choose());
    navigator.mediaDevices?.addEventListener?.("devicechange", this.onDevices);
  }

  get chosen() {
    return localStorage.getItem(DEVICE_KEY) ?? "";
  }

  choose() {
    localStorage.setItem(DEVICE_KEY, this.select.value);
    this.note.textContent = "";
  }

  async list() {
    const named = (await listInputs().catch(() => [])).filter((input) => input.label);
    const has = (id) => named.some((input) => input.deviceId === id);
    const shown = this.heard()?.settings.deviceId ?? this.chosen;
    const options = named.map((input) => new Option(input.label, input.deviceId));
    this.select.replaceChildren(new Option("Default microphone", ""), ...options);
    this.select.value = has(shown) ? shown : "";
    const words = this.chosen && named.length ? this.remark(has(this.chosen)) : "";
    if (this.note.textContent !== words) this.note.textContent = words;
  }

  /** Words on a chosen microphone that is not the one heard; none where it is, or where the browser does not say. */
  remark(isConnected) {
    const microphone = this.heard();
    if (!microphone) return isConnected ? "" : "Your chosen microphone is not connected; the default one would be used.";
    const { deviceId } = microphone.settings;
    if (deviceId === this.chosen || (!deviceId && isConnected)) return "";
    const name = microphone.track.label || "another one";
    if (isConnected) return `The browser uses ${name}, not your chosen microphone.`;
    return `Your chosen microphone is not connected; using ${name}.`;
  }

  close() {
    navigator.mediaDevices?.removeEventListener?.("devicechange", this.onDevices);
  }
}
