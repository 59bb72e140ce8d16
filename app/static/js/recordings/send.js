// One file on its way: a line of JSON about it, then its bytes, in one request that can be ended.

// `send({address, token, details, file, progress})` → {done: Promise<{status, body}>, cancel()}.
// status 0: the connection was lost; -1: it was cancelled.
export const send = ({ address, token, details, file, progress }) => {
  const request = new XMLHttpRequest();
  const done = new Promise((resolve) => {
    const end = (status) => resolve({ status, body: request.response ?? {} });
    request.addEventListener("load", () => end(request.status));
    request.addEventListener("error", () => end(0));
    request.addEventListener("timeout", () => end(0));
    request.addEventListener("abort", () => end(-1));
  });
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable && event.total) progress(event.loaded / event.total);
  });
  request.open("POST", address);
  request.responseType = "json";
  request.setRequestHeader("Accept", "application/json");
  request.setRequestHeader("Content-Type", "application/octet-stream");
  request.setRequestHeader("X-CSRFToken", token);
  request.send(new Blob([JSON.stringify(details), "\n", file]));
  return { done, cancel: () => request.abort() };
};
