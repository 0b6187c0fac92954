// The page in the hall: the day of every room.

import { Live } from "./live.js";
import { bar, barLabel, bilingual, byId, languages, made, on, say, shownHours, standing, time, until } from "./show.js";

const MOST_ROWS = 8, FEWEST_ROWS = 4;
const signs = new Map();
const NAMES = new Intl.Collator("de", { numeric: true });
let drawn = "", hasHeard = false;

function heard(news) {
  hasHeard = true;
  for (const one of news.rooms) signs.set(one.state.room, one);
  for (const room of news.gone) signs.delete(room);
}

function shape(status) {
  const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  picture.setAttribute("class", "shape");
  picture.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#shape-${status}`);
  picture.append(use);
  return picture;
}

function row(state, now, hours) {
  const isStale = now >= state.valid_until, line = made("li", "room");
  const name = made("h2", "", state.names[languages[0]] ?? state.name);
  name.dir = "auto";
  const word = made("p", "word"), end = made("p", "until"), stands = made("div", "stands");
  stands.dataset.status = state.status;
  bilingual(word, (language) => say(`door.${state.status}`, language));
  bilingual(end, (language) => until(state, language, now));
  stands.append(shape(state.status), word, end);
  const note = made("p", isStale ? "note old" : "note", noteOf(state, now, isStale));
  note.dir = "auto";
  line.append(stands, name, note, bar(state, now, barLabel(state, languages[0], name.textContent), hours));
  return line;
}

function noteOf(state, now, isStale) {
  const [language] = languages, at = { time: time(state.generated_at, state.zone, language, now) };
  if (isStale) return `${say("door.stale", language)} · ${say("door.as_of", language, at)}`;
  return on(state, language, now);
}

function tick() {
  if (!hasHeard) return;
  const now = live.now(), states = [...signs.values()].map((one) => standing(one, now));
  const shown = JSON.stringify([states, live.isLinked, Math.floor(now / 60_000)]);
  if (shown === drawn) return;
  drawn = shown;
  states.sort((a, b) => NAMES.compare(a.name, b.name));
  const hours = shownHours(states), columns = states.length > MOST_ROWS ? 2 : 1;
  byId("rooms").replaceChildren(...states.map((one) => row(one, now, hours)));
  byId("rooms").dataset.columns = String(columns);
  byId("rooms").style.setProperty("--rows", String(Math.max(Math.ceil(states.length / columns), FEWEST_ROWS)));
  byId("none").hidden = states.length > 0;
  if (states.length) {
    const zone = states[0].zone, date = new Intl.DateTimeFormat(languages[0], { dateStyle: "full", timeZone: zone });
    byId("clock").textContent = time(now, zone, languages[0]);
    byId("day").textContent = date.format(now);
  }
  byId("link").dataset.linked = String(live.isLinked);
  bilingual(byId("link-word"), (language) => say(live.isLinked ? "door.link" : "door.no_link", language));
}

const { live: path, version } = document.body.dataset;
const live = new Live(path, version, heard, () => tick());
