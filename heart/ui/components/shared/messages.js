// What can go wrong with a microphone, and what the user can do about it.

const PROBLEMS = {
  insecure: [
    "This address cannot use the microphone.",
    "Browsers allow recording only on https pages and on localhost. Open this app through its https address, or upload a recording instead.",
  ],
  unsupported: [
    "This browser cannot record.",
    "Use a current Chrome, Edge, Firefox or Safari, or record with another app and upload the file.",
  ],
  refused: [
    "The microphone is blocked for this page.",
    "Allow it in the browser's site settings (the icon at the left of the address bar), check that the operating system lets the browser use it, then press Record again.",
  ],
  missing: [
    "No microphone was found.",
    "Connect a microphone or an electronic stethoscope, or switch one on, then press Record again.",
  ],
  busy: [
    "The microphone is in use or does not start.",
    "Close other apps and tabs that use it, unplug it and plug it in again, then press Record again.",
  ],
  asleep: [
    "The browser's sound does not start.",
    "End a call that goes on, connect a loudspeaker or headphones, or restart the browser, then press Record again.",
  ],
  unplugged: [
    "The microphone was disconnected.",
    "Plug it in again or choose another one, then press Record again.",
  ],
  interrupted: [
    "The sound was interrupted.",
    "A call, a locked screen, a mute switch or a very busy computer held it up. Leave this page open in front, then press Record again.",
  ],
  empty: [
    "No sound arrived from the microphone.",
    "It may be muted or switched off. Check its switch and the system's input level, or choose another input, then press Record again.",
  ],
  short: [
    "That was too short.",
    "The first and the last half second are left out, so record for at least two seconds; ten or more give a better answer.",
  ],
};

const PROBLEM_OF_ERROR = {
  NotAllowedError: "refused",
  SecurityError: "refused",
  NotFoundError: "missing",
  OverconstrainedError: "missing",
  NotReadableError: "busy",
  AbortError: "busy",
  TimeoutError: "asleep",
};

/** The problem that an exception of getUserMedia stands for. */
function problemOf(error) {
  return PROBLEM_OF_ERROR[error.name] ?? "busy";
}

const PROCESSING = {
  echoCancellation: ["echo_cancellation", "echo cancellation"],
  noiseSuppression: ["noise_suppression", "noise suppression"],
  autoGainControl: ["auto_gain_control", "gain control"],
  voiceIsolation: ["voice_isolation", "voice isolation"],
};

/** Badge for a microphone: what the browser says it does to the sound, and which of two inputs is heard. */
function badgeOf({ settings, input }) {
  const { kind, text } = processingOf(settings);
  return { kind, text: input ? `${text} · ${input} input of two` : text };
}

/** What the browser says it does to the sound, never more than it says. */
function processingOf(settings) {
  const named = (test) => Object.entries(PROCESSING).filter(([key]) => test(key)).map(([, names]) => names[1]);
  const on = named((key) => Boolean(settings[key]));
  if (on.length) return { kind: "warn", text: `Browser processing is on: ${on.join(", ")}` };
  const silent = named((key) => key !== "voiceIsolation" && settings[key] === undefined);
  if (silent.length) return { kind: "warn", text: `Raw capture asked for; the browser does not confirm ${silent.join(", ")}` };
  return { kind: "good", text: "Raw capture" };
}

/** Track settings in the words of the report; device names and ids are left out. */
function reportedSettings(settings) {
  const reported = {};
  for (const [key, [name]] of Object.entries(PROCESSING)) {
    if (settings[key] !== undefined) reported[name] = Boolean(settings[key]);
  }
  if (settings.sampleRate) reported.track_sample_rate = settings.sampleRate;
  if (settings.channelCount) reported.channel_count = settings.channelCount;
  if (settings.latency) reported.latency_s = settings.latency;
  return reported;
}
