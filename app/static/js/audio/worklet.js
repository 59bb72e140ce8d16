// Runs on the audio thread: the microphone out in frames, the customer's lines in.
//
// One counter, `taken`, is the call's clock: samples of 16 kHz captured since `start`.
// Capture and playback share each `process`, so the sample at which a line is first
// heard is exact. Without a microphone zeros are taken and the clock goes on.
//
// In:  start | halt | silence {on} | line {line, samples} | sound {line, pcm} | stop {line}
// Out: frame {number, pcm, level} | played {line, sample} | finished {line, sample, cut}
import { Resampler } from "./resample.js";

const RATE = 16000;
const FRAME = 512;

class Phone extends AudioWorkletProcessor {
  constructor() {
    super();
    this.capturing = false;
    this.silent = false;
    this.lines = [];
    this.ready = [];
    this.inward = sampleRate === RATE ? null : new Resampler(sampleRate, RATE);
    this.outward = sampleRate === RATE ? null : new Resampler(RATE, sampleRate);
    this.begin();
    this.port.onmessage = ({ data }) => this.take(data);
  }

  begin() {
    this.taken = 0;
    this.number = 0;
    this.fill = 0;
    this.frame = new Int16Array(FRAME);
  }

  take(message) {
    if (message.kind === "start") { this.begin(); this.capturing = true; }
    if (message.kind === "halt") { this.capturing = false; this.lines = []; this.ready = []; }
    if (message.kind === "silence") this.silent = message.on;
    if (message.kind === "line") this.announce(message.line, message.samples);
    if (message.kind === "sound") this.lines.find((l) => l.line === message.line)?.chunks.push(new Int16Array(message.pcm));
    if (message.kind === "stop") this.cut(message.line);
  }

  announce(line, samples) {
    this.lines.push({ line, samples, chunks: [], offset: 0, heard: 0, begun: false });
  }

  cut(line) {
    const which = this.lines.findIndex((l) => l.line === line);
    if (which < 0) return;
    const [entry] = this.lines.splice(which, 1);
    this.ready = [];
    if (entry.begun) this.port.postMessage({ kind: "finished", line, sample: this.taken, cut: true });
  }

  process(inputs, outputs) {
    const out = outputs[0][0];
    this.play(out);
    for (let channel = 1; channel < outputs[0].length; channel += 1) outputs[0][channel].set(out);
    if (this.capturing) this.capture(inputs[0]?.[0] ?? new Float32Array(out.length));
    return true;
  }

  // ---- the customer's voice ----

  play(out) {
    if (!this.outward) { this.fillFromLines(out, 0); return; }
    while (this.ready.length < out.length) {
      const piece = new Float32Array(64);
      this.fillFromLines(piece, 0);
      this.ready.push(...this.outward.push(piece));
    }
    out.set(this.ready.splice(0, out.length));
  }

  // Fills `out` from `at`; what is missing (a late chunk) stays silent and is not counted.
  fillFromLines(out, at) {
    const entry = this.lines[0];
    if (!entry) return;
    while (at < out.length && entry.chunks.length > 0) {
      if (!entry.begun) {
        entry.begun = true;
        this.port.postMessage({ kind: "played", line: entry.line, sample: this.taken + at });
      }
      const chunk = entry.chunks[0];
      const many = Math.min(out.length - at, chunk.length - entry.offset);
      for (let i = 0; i < many; i += 1) out[at + i] = chunk[entry.offset + i] / 32768;
      at += many;
      entry.offset += many;
      entry.heard += many;
      if (entry.offset === chunk.length) { entry.chunks.shift(); entry.offset = 0; }
    }
    if (entry.heard < entry.samples) return;
    this.lines.shift();
    this.port.postMessage({ kind: "finished", line: entry.line, sample: this.taken + at, cut: false });
    if (at < out.length) this.fillFromLines(out, at);
  }

  // ---- the microphone ----

  capture(input) {
    const samples = this.inward ? this.inward.push(input) : input;
    for (let i = 0; i < samples.length; i += 1) {
      const value = this.silent ? 0 : Math.max(-1, Math.min(1, samples[i]));
      this.frame[this.fill] = value < 0 ? value * 32768 : value * 32767;
      this.fill += 1;
      this.taken += 1;
      if (this.fill === FRAME) this.post();
    }
  }

  post() {
    let sum = 0;
    for (const value of this.frame) sum += value * value;
    const pcm = this.frame.buffer;
    const level = Math.sqrt(sum / FRAME) / 32768;
    this.port.postMessage({ kind: "frame", number: this.number, pcm, level }, [pcm]);
    this.frame = new Int16Array(FRAME);
    this.number += 1;
    this.fill = 0;
  }
}

registerProcessor("phone", Phone);
