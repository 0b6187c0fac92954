// The page at a door: one room, full screen, true also when nobody talks to it any more.

import { Live } from "./live.js";
import { bar, barLabel, bilingual, byId, languages, made, on, say, span, standing, time, until, what } from "./show.js";

const LONG = 40, LONG_END = 10;    // letters of a name, and of "bis 12:00", that fit on one line

const page = document.body.dataset;
let sign = null, drawn = "", isGone = false;

function heard(news) {
  const mine = news.rooms.find((one) => one.state.key === page.room || one.state.room === page.room);
  isGone = !mine && (isGone || (sign !== null && news.gone.includes(sign.state.room)));
  if (mine) sign = mine;
}

function names(state) {
  const first = state.names[languages[0]] ?? state.name;
  byId("name").textContent = first;
  byId("name").classList.toggle("long", first.length > LONG);
  document.title = first;
  const others = Object.entries(state.names).filter(([, name]) => name !== first).slice(0, 2);
  byId("name").classList.toggle("one", first.length > LONG && others.length > 0);
  byId("names").replaceChildren(...others.map(([language, name]) => {
    const part = made("span", "", name);
    part.lang = language;
    part.dir = "auto";
    return part;
  }));
  return first;
}

function slots(state, now) {
  const items = state.next.map((one) => {
    const item = made("li", ""), title = made("span", "what", what(one, languages[0]));
    title.dir = "auto";
    item.append(made("span", "when", span(one, state.zone, languages[0], now)), " ", title);
    return item;
  });
  byId("coming").replaceChildren(...items);
  byId("no-next").hidden = items.length > 0;
}

/** Show the code by which a phone books the room; a hidden picture would be fetched in vain. */
function code(state, isGone) {
  byId("book").hidden = !state.book || isGone;
  if (byId("book").hidden || byId("code").dataset.of === state.book) return;
  byId("code").dataset.of = state.book;
  const leads = state.book.includes("://") ? "door.book_now" : "door.book_kiosk";
  bilingual(byId("book-word"), (language) => say(leads, language));
  byId("code").src = `/code/${state.room}.svg?of=${encodeURIComponent(state.book)}`;
}

function draw(live) {
  const now = live.now(), state = standing(sign, now), name = names(state);
  const isStale = now >= state.valid_until;
  byId("status").dataset.status = isGone ? "unknown" : state.status;
  byId("shape").setAttribute("href", `#shape-${isGone ? "unknown" : state.status}`);
  bilingual(byId("word"), (language) => say(`door.${isGone ? "unknown" : state.status}`, language));
  bilingual(byId("until"), (language) => (isGone ? "" : until(state, language, now)));
  byId("until").classList.toggle("long", until(state, languages[0], now).length > LONG_END);
  byId("what").textContent = isGone ? "" : on(state, languages[0], now);
  const soon = state.now && !state.now.asked ? "door.soon" : "door.closes_soon";
  bilingual(byId("soon"), (language) => (state.closing_soon && !isGone ? say(soon, language) : ""));
  slots(state, now);
  byId("bar").replaceChildren(bar(state, now, barLabel(state, languages[0], name)));
  const at = (language) => ({ time: time(state.generated_at, state.zone, language, now) });
  bilingual(byId("as-of"), (language) => say("door.as_of", language, at(language)));
  byId("stale").hidden = !isStale && !isGone;
  bilingual(byId("stale-word"), (language) => say("door.stale", language));
  bilingual(byId("stale-why"), (language) =>
    isGone ? say("door.gone", language) : say("door.stale_why", language, at(language)));
  code(state, isGone);
  byId("clock").textContent = time(now, state.zone, languages[0]);
}

function link(live) {
  byId("link").dataset.linked = String(live.isLinked);
  bilingual(byId("link-word"), (language) => say(live.isLinked ? "door.link" : "door.no_link", language));
}

function tick() {
  if (sign === null) return;
  const now = live.now(), state = standing(sign, now);
  // What stands on the page changes with the minute and with these; all else would only cost the tablet power.
  const shown = JSON.stringify([state, isGone, live.isLinked, now >= state.valid_until, Math.floor(now / 60_000)]);
  if (shown === drawn) return;
  drawn = shown;
  draw(live);
  link(live);
}

const live = new Live(page.live, page.version, heard, () => tick());
