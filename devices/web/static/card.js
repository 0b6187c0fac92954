// A card at the door: scanned from anywhere on the page, or typed. What it may do now is asked of the server,
// shown, and done with one more touch. Nothing of it stays: after a while, and after each deed, it is forgotten.

import { bilingual, byId, languages, made, say } from "./show.js";

const page = document.body.dataset, dialog = byId("card"), place = byId("card-says");
const SCAN_GAP = 500, SILENCE = 150, READ = 8000, IDLE = 30_000, DIGITS = /\p{Nd}{16}$/u;
const MINUTES = [30, 60, 120];
let typed = "", typedAt = 0, takenAt = 0, silence = 0, forgetting = 0;

function forget() {
  clearTimeout(forgetting);
  place.replaceChildren();
  typed = "";
  if (dialog.open) dialog.close();
}

function show(parts, after = IDLE) {
  place.replaceChildren(...parts);
  if (!dialog.open) dialog.showModal();
  clearTimeout(forgetting);
  forgetting = setTimeout(forget, after);
  (place.querySelector("input, button") ?? dialog).focus();
}

function button(texts, pressed, className = "") {
  const one = made("button", className);
  one.type = "button";
  bilingual(one, texts);
  one.addEventListener("click", pressed);
  return one;
}

const inAll = (key, fields) => (language) => say(key, language, fields);
const backButton = () => button(inAll("common.back"), forget, "quiet");

/** Say how it ended, and forget it. */
function ended(said) {
  const text = made("p", "outcome");
  const isTold = languages[0] in said;  // a second language that is only of doors is told nothing more
  bilingual(text, (language) => (isTold ? (said[language] ?? "") : say("web.trouble", language)));
  show([text, backButton()], READ);
}

async function post(path, body) {
  try {
    const headers = { "Content-Type": "application/json" };
    const answer = await fetch(`/door/${page.room}/${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    const told = await answer.json();
    if (answer.ok && !told.said) return told;
    ended(told.said);
  } catch {
    ended({});
  }
  return null;
}

async function take(card) {
  const granted = await post("card", { card });
  if (granted !== null) offer(granted);
}

function offer(granted) {
  const { what, token, expires_at } = granted, id = token.slice(0, 12).split("").reverse().join("");
  const does = (minutes) => () => post(`do/${what}`, { id, token, expires_at, ...(minutes ? { minutes } : {}) });
  if (what !== "book") {
    show([button(inAll(`door.${what}`), does(0)), backButton()]);
    return;
  }
  const question = made("p", "");
  bilingual(question, inAll("door.how_long"));
  const lengths = MINUTES.map((n) => button(inAll("door.minutes", { n }), does(n)));
  show([question, ...lengths, button(inAll("door.all_free"), does(0)), backButton()]);
}

function ask() {
  const form = made("form", ""), label = made("label", ""), field = made("input", "");
  Object.assign(field, { type: "password", id: "card-number", inputMode: "numeric", autocomplete: "off", maxLength: 60 });
  label.htmlFor = field.id;
  bilingual(label, inAll("door.card_number"));
  const on = made("button", "");
  on.type = "submit";
  bilingual(on, inAll("common.on"));
  form.append(label, field, on, backButton());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (field.value) take(field.value);
  });
  show([form]);
}

/** Take the keys of a scanner, wherever the focus is; it ends with Enter, or with silence after 16 digits. */
function key(event) {
  if (event.target instanceof HTMLInputElement || event.ctrlKey || event.altKey || event.metaKey) return;
  const now = Date.now();
  if (event.key === "Enter" && now - takenAt < SCAN_GAP) {
    event.preventDefault();  // the end of the scan, come late: it must not press what the card may do
    return;
  }
  if (now - typedAt > SCAN_GAP) typed = "";
  typedAt = now;
  clearTimeout(silence);
  if (event.key.length === 1) typed = (typed + event.key).slice(-300);
  if (!DIGITS.test(typed)) return;
  if (event.key === "Enter") {
    event.preventDefault();
    scanned();
  } else {
    silence = setTimeout(scanned, SILENCE);
  }
}

function scanned() {
  const card = typed;
  typed = "";
  if (!DIGITS.test(card)) return;
  takenAt = Date.now();
  take(card);
}

// Where somebody could listen in between, a browser says so, and no card is asked for.
if (window.isSecureContext) {
  byId("with-card").hidden = false;
  byId("with-card").addEventListener("click", ask);
  addEventListener("keydown", key, true);
  dialog.addEventListener("close", forget);
}
