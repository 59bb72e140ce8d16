// The voice protocol, from the page's side: see docs/voice-protocol.md.
const PROTOCOL = 1;
const RATE = 16000;
const HEADER = 4;

const absolute = (path) => {
  const url = new URL(path, location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url;
};

// handlers: message(object), sound(line, pcm), lost({opened, code, reason}). `lost` is said
// once, and not after `close()` or an `ended` message.
export class Line {
  constructor(path, mode, handlers) {
    this.handlers = handlers;
    this.over = false;
    this.opened = false;
    this.closed = false;
    this.socket = new WebSocket(absolute(path));
    this.socket.binaryType = "arraybuffer";
    this.socket.onopen = () => {
      this.opened = true;
      this.send({ type: "hello", protocol: PROTOCOL, rate: RATE, mode });
    };
    this.socket.onmessage = ({ data }) => this.take(data);
    this.socket.onclose = ({ code, reason }) => this.lost(code, reason);
  }

  take(data) {
    if (this.closed) return;
    if (typeof data !== "string") {
      this.handlers.sound?.(new DataView(data).getUint32(0, true), data.slice(HEADER));
      return;
    }
    const message = JSON.parse(data);
    if (message.type === "ended" || message.type === "failure" && message.fatal) this.over = true;
    this.handlers.message(message);
  }

  send(message) {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  frame(number, pcm) {
    if (this.socket.readyState !== WebSocket.OPEN) return;
    const bytes = new Uint8Array(HEADER + pcm.byteLength);
    new DataView(bytes.buffer).setUint32(0, number, true);
    bytes.set(new Uint8Array(pcm), HEADER);
    this.socket.send(bytes);
  }

  lost(code, reason) {
    if (this.over) return;
    this.over = true;
    this.handlers.lost({ opened: this.opened, code, reason });
  }

  close() {
    this.over = true;
    this.closed = true;
    this.socket.close();
  }
}
