// Microphone and loudspeaker of this computer, behind one small object.
const RATE = 16000;
const WANTED = { audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true } };

// `kind` is one of denied, missing, busy, insecure, unsupported, failed: the page has words for each.
export class DeviceProblem extends Error {
  constructor(kind, cause) {
    super(kind);
    this.kind = kind;
    this.cause = cause;
  }
}

export const problemOf = (error) => {
  if (error instanceof DeviceProblem) return error;
  const kinds = {
    NotAllowedError: "denied", SecurityError: "denied", PermissionDeniedError: "denied",
    NotFoundError: "missing", OverconstrainedError: "missing", DevicesNotFoundError: "missing",
    NotReadableError: "busy", AbortError: "busy", TrackStartError: "busy",
    NotSupportedError: "unsupported",
  };
  return new DeviceProblem(kinds[error?.name] ?? "failed", error);
};

const askForMicrophone = () => {
  if (!window.isSecureContext) throw new DeviceProblem("insecure");
  if (!navigator.mediaDevices?.getUserMedia || !window.AudioWorkletNode) throw new DeviceProblem("unsupported");
  return navigator.mediaDevices.getUserMedia(WANTED);
};

// Some browsers only join a microphone to a context of its own rate: the worklet converts then.
const contextFor = (stream) => {
  const narrow = new AudioContext({ sampleRate: RATE, latencyHint: "interactive" });
  try {
    return { context: narrow, source: narrow.createMediaStreamSource(stream) };
  } catch {
    narrow.close();
    const own = new AudioContext({ latencyHint: "interactive" });
    return { context: own, source: own.createMediaStreamSource(stream) };
  }
};

export class Device {
  // Callbacks, all optional: onFrame(number, pcm, level), onPlayed(line, sample),
  // onFinished(line, sample, cut), onLost(), onSuspended(isSuspended).
  static async open() {
    const device = new Device();
    let stream;
    try {
      stream = await askForMicrophone();
      await device.join(stream);
    } catch (error) {
      stream?.getTracks().forEach((track) => track.stop());
      await device.close();
      throw problemOf(error);
    }
    return device;
  }

  async join(stream) {
    const { context, source } = contextFor(stream);
    this.context = context;
    await context.audioWorklet.addModule(new URL("./worklet.js", import.meta.url));
    this.node = new AudioWorkletNode(context, "phone", { numberOfInputs: 1, numberOfOutputs: 1, outputChannelCount: [1] });
    this.node.port.onmessage = ({ data }) => this.heard(data);
    this.node.connect(context.destination);
    this.attach(stream, source);
    context.onstatechange = () => this.onSuspended?.(context.state !== "running" && context.state !== "closed");
    await this.wake();
  }

  attach(stream, source) {
    this.source?.disconnect();
    this.stream = stream;
    this.source = source;
    source.connect(this.node);
    stream.getAudioTracks().forEach((track) => { track.onended = () => this.onLost?.(); });
  }

  // After a microphone was unplugged: take whichever is there now.
  async reattach() {
    try {
      const stream = await askForMicrophone();
      this.attach(stream, this.context.createMediaStreamSource(stream));
    } catch (error) {
      throw problemOf(error);
    }
  }

  // A context may only sound after a click; without one this stays suspended and says so.
  async wake() {
    if (this.context.state === "running") return;
    await Promise.race([this.context.resume(), new Promise((done) => { setTimeout(done, 500); })]);
    this.onSuspended?.(this.context.state !== "running");
  }

  heard(data) {
    if (data.kind === "frame") this.onFrame?.(data.number, data.pcm, data.level);
    if (data.kind === "played") this.onPlayed?.(data.line, data.sample);
    if (data.kind === "finished") {
      this.pending?.delete(data.line);
      this.onFinished?.(data.line, data.sample, data.cut);
      if (this.pending?.size === 0) this.quiet?.();
    }
  }

  start() { this.pending = new Set(); this.post({ kind: "start" }); }
  halt() { this.post({ kind: "halt" }); this.pending?.clear(); }
  silence(on) { this.post({ kind: "silence", on }); }
  line(line, seconds) {
    this.pending?.add(line);
    this.post({ kind: "line", line, samples: Math.round(seconds * RATE) });
  }
  sound(line, pcm) { this.node?.port.postMessage({ kind: "sound", line, pcm }, [pcm]); }
  stop(line) { this.pending?.delete(line); this.post({ kind: "stop", line }); }
  post(message) { this.node?.port.postMessage(message); }

  // When everything announced has been heard, or after `most` seconds.
  silenceFalls(most) {
    if (!this.pending?.size) return Promise.resolve();
    return new Promise((done) => { this.quiet = done; setTimeout(done, most * 1000); });
  }

  async close() {
    this.stream?.getTracks().forEach((track) => { track.onended = null; track.stop(); });
    if (this.context && this.context.state !== "closed") {
      this.context.onstatechange = null;
      await this.context.close();
    }
  }
}
