// JSON to this server, with the page's token.
export const postJson = (url, token, body, more = {}) => fetch(url, {
  method: "POST",
  headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token },
  body: JSON.stringify(body),
  ...more,
});
