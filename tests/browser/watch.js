// Put into every page before its own scripts: when the microphone opened, what was told to
// stop and when, how loud the loudspeaker was, and what the content security policy refused.
(() => {
  const seen = { microphone: null, stops: [], finished: [], loud: [], refused: [] };
  window.callwrightSeen = seen;
  // Pulls the plug of the newest microphone, as the browser tells it to the page.
  const tracks = [];
  window.callwrightUnplug = () => {
    tracks.at(-1).stop();
    tracks.at(-1).dispatchEvent(new Event("ended"));
  };
  document.addEventListener("securitypolicyviolation", (event) => {
    seen.refused.push(`${event.effectiveDirective}: ${event.blockedURI} ${event.sample}`);
  });

  const devices = navigator.mediaDevices;
  if (devices) {
    const open = devices.getUserMedia.bind(devices);
    devices.getUserMedia = async (wanted) => {
      const stream = await open(wanted);
      seen.microphone = performance.now();
      tracks.push(...stream.getAudioTracks());
      return stream;
    };
  }

  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (data) {
    if (typeof data === "string") {
      const message = JSON.parse(data);
      if (message.type === "finished") seen.finished.push({ line: message.line, at: performance.now() });
    }
    return send.call(this, data);
  };
  window.WebSocket = class extends WebSocket {
    constructor(...wanted) {
      super(...wanted);
      this.addEventListener("message", ({ data }) => {
        if (typeof data !== "string") return;
        const message = JSON.parse(data);
        if (message.type === "stop") seen.stops.push({ line: message.line, at: performance.now() });
      });
    }
  };

  // What goes to the loudspeaker, listened to: [when, loudness] while it sounds.
  const connect = AudioNode.prototype.connect;
  AudioNode.prototype.connect = function (to, ...rest) {
    if (to instanceof AudioDestinationNode) {
      const ear = new AnalyserNode(this.context, { fftSize: 128 });
      const heard = new Float32Array(ear.fftSize);
      connect.call(this, ear);
      setInterval(() => {
        ear.getFloatTimeDomainData(heard);
        const loudest = heard.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
        if (loudest > 0.001) seen.loud.push(performance.now());
      }, 5);
    }
    return connect.call(this, to, ...rest);
  };
})();
