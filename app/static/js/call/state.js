// The call as the page knows it, and how each message changes it. Pure: no DOM, no sockets.
export const begin = (mood) => ({
  phase: "ringing",
  practice: false,
  buttons: [],
  bubbles: [],
  partial: "",
  speaking: null,
  desk: { state: "", script: [], moves: [], on_hold: false, paused: false, muted: false },
  mood,
  failure: null,
  ended: null,
  hushing: false,
});

const TOGGLES = { hold: ["on_hold", true], unhold: ["on_hold", false], mute: ["muted", true], unmute: ["muted", false], pause: ["paused", true], resume: ["paused", false] };
const OPPOSITE = { hold: "unhold", mute: "unmute", pause: "resume" };

const add = (state, bubble) => ({ ...state, bubbles: [...state.bubbles, { id: state.bubbles.length, ...bubble }] });

const markCut = (state, line) => ({
  ...state,
  bubbles: state.bubbles.map((b) => (b.line === line ? { ...b, cut: true } : b)),
});

// What a message of the server makes of the state.
export const receive = (state, message) => {
  switch (message.type) {
    case "welcome":
      return { ...state, phase: "open", practice: message.practice, buttons: message.buttons };
    case "line":
      return { ...add(state, { who: "customer", text: message.text, line: message.line }), speaking: message.line };
    case "stop":
      // A button of one's own that stops her is no taking of the word.
      return { ...(state.hushing ? state : markCut(state, message.line)), speaking: null };
    case "partial":
      return { ...state, partial: message.text };
    case "said":
      return { ...add(state, { who: "you", text: message.text, acts: message.acts ?? [] }), partial: "" };
    case "desk": {
      const { type, ...desk } = message;
      return { ...state, desk: { ...state.desk, ...desk }, hushing: false };
    }
    case "mood":
      return { ...state, mood: { value: message.value, word: message.word } };
    case "notice":
      return add(state, { who: "desk", kind: message.kind, text: message.text });
    case "failure":
      return message.fatal ? { ...state, phase: "failed", failure: message } : add(state, { who: "desk", kind: "warning", text: [message.message, message.remedy].filter(Boolean).join(" ") });
    case "ended":
      return { ...state, phase: "ended", ended: message, partial: "" };
    default:
      return state;
  }
};

// What the loudspeaker says: the line was heard to its end, or was stopped.
export const silenced = (state, line) => (state.speaking === line ? { ...state, speaking: null } : state);

// The button to send when `name` is pressed now: hold while on hold is unhold.
export const meant = (state, name) => {
  const toggle = TOGGLES[name];
  return toggle && state.desk[toggle[0]] ? OPPOSITE[name] : name;
};

// Shown at once; the server's next `desk` confirms or corrects it.
export const press = (state, button) => {
  const toggle = TOGGLES[button];
  if (!toggle) return state;
  const hushing = button === "hold" || button === "pause";
  const next = { ...state, desk: { ...state.desk, [toggle[0]]: toggle[1] }, hushing };
  if (button === "hold" || button === "unhold") return add(next, { who: "desk", kind: button, text: "" });
  return next;
};

// While muted, holding or paused the microphone sends silence: the clock goes on.
export const isSilent = (state) => state.desk.muted || state.desk.on_hold || state.desk.paused;
