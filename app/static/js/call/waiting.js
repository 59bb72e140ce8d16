// A call that is on the line elsewhere: asks now and then, and shows what it has become once it is over.
const EVERY = 3000;

const isOver = async () => {
  const answer = await fetch(location.href, { redirect: "manual" });
  if (answer.type === "opaqueredirect") return true;
  return answer.ok && !(await answer.text()).includes('id="on-the-line"');
};

const ask = async () => {
  try {
    if (await isOver()) { location.reload(); return; }
  } catch { /* the server is away for a moment: ask again */ }
  setTimeout(ask, EVERY);
};

setTimeout(ask, EVERY);
