// What door and hall have in common: words in two languages, times of the house, the bar of a day.

import { rolled } from "./roll.js";

const HOUR = 3_600_000, WEEK = 168 * HOUR, MORNING = 8 * HOUR, EVENING = 20 * HOUR;
const facts = JSON.parse(document.getElementById("facts").textContent);
const clocks = new Map();

/** The languages of this page, the first one large. */
export const languages = facts.languages;

export const byId = (id) => document.getElementById(id);

/** Make an element with a class and text; what people typed is only ever text. */
export function made(name, className, text = "") {
  const element = document.createElement(name);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
}

/** Say a key in a language, with its fields filled in. */
export function say(key, language, fields = {}) {
  return facts.words[language][key].replace(/\{(\w+)\}/g, (_, name) => fields[name] ?? "–");
}

/** Write the hour and minute of the house; the weekday too if it is another day, and the date if that weekday
 *  could be today. */
export function time(at, zone, language, now = at) {
  const name = `${zone} ${language}`;
  if (!clocks.has(name)) {
    const house = { timeZone: zone, hourCycle: "h23", numberingSystem: "latn" };  // the digits of the large clock
    const of = (fields) => new Intl.DateTimeFormat(language, { ...fields, ...house });
    clocks.set(name, [of({ hour: "2-digit", minute: "2-digit" }), of({ weekday: "short" }), of({ dateStyle: "short" }),
      of({ weekday: "short", day: "numeric", month: "short" })]);
  }
  const [clock, weekday, date, far] = clocks.get(name);
  if (date.format(at) === date.format(now)) return clock.format(at);
  const isFar = weekday.format(at) === weekday.format(now) || Math.abs(at - now) > WEEK;
  return `${(isFar ? far : weekday).format(at)} ${clock.format(at)}`;
}

/** Give how a room stands now, from what was heard last. */
export function standing(sign, now) {
  return rolled(sign.state, now, sign.agenda?.days.flatMap((one) => one.slots) ?? []);
}

/** Say until when, in one line; empty if nobody knows. */
export function until(state, language, now) {
  if (state.until === null) return state.status === "free" ? say("door.today", language) : "";
  const end = Math.min(state.until, state.status === "free" ? state.today[1] : state.until);
  if (end === state.today[1] && state.status === "free") return say("door.today", language);
  return say("door.until", language, { time: time(end, state.zone, language, now) });
}

/** Say what is on, or until when somebody asked for it; empty if nothing is, or only that it is taken: the
 *  word above says that. */
export function on(state, language, now) {
  const said = state.now && !state.now.asked ? what(state.now, language) : "";
  if (!state.now?.asked) return said === say("door.taken", language) ? "" : said;
  return `? ${say("door.asked_until", language, { time: time(state.now.ends, state.zone, language, now) })}`;
}

/** Say what a slot is: that it is only asked for, its title, else whose it is, else only that it is taken. */
export function what(slot, language) {
  if (slot.asked) return `? ${say("door.asked", language)}`;
  const plain = { maintenance: "door.blocked", hold: "door.held" }[slot.use] ?? "door.taken";
  return [slot.title, slot.org].filter(Boolean).join(" · ") || say(plain, language);
}

/** From when until when of a slot: 10:00–12:00. */
export function span(slot, zone, language, now) {
  return `${time(slot.begins, zone, language, now)}–${time(slot.ends, zone, language, slot.begins)}`;
}

/** Give the part of the day that bars show: what is open or taken somewhere, at least the usual hours. */
export function shownHours(states) {
  if (!states.length) return [0, HOUR];
  const [from, to] = states[0].today;
  const inside = (pairs) => pairs.filter(([begins, ends]) => begins < to && ends > from).flat();
  const edges = states.flatMap((state) => [
    ...inside(state.opens), ...inside(state.day.map((one) => [one.begins, one.ends])),
  ]);
  const first = Math.min(from + MORNING, ...edges), last = Math.max(from + EVENING, ...edges);
  const hour = (at, round) => from + round((Math.min(Math.max(at, from), to) - from) / HOUR) * HOUR;
  return [hour(first, Math.floor), Math.min(hour(last, Math.ceil), to)];
}

function placed(element, begins, ends, [from, to]) {
  const share = (at) => (100 * (Math.min(Math.max(at, from), to) - from)) / (to - from);
  element.style.insetInlineStart = `${share(begins)}%`;
  if (ends !== null) element.style.inlineSize = `${share(ends) - share(begins)}%`;
  return element;
}

/** Draw the bar of a day: what is open, what is taken, which hour it is. */
export function bar(state, now, label, hours = shownHours([state])) {
  const [from, to] = hours, drawn = made("div", "bar");
  drawn.setAttribute("role", "img");
  drawn.setAttribute("aria-label", label);
  const strips = (className, pairs) =>
    pairs.filter(([begins, ends]) => begins < to && ends > from)
      .map(([begins, ends]) => placed(made("i", className), begins, ends, hours));
  const of = (slots) => slots.map((one) => [one.begins, one.ends]);
  const track = made("div", "track");
  track.append(
    ...strips("open", state.opens),
    ...strips("kept", state.day.map((one) => [one.begins - one.before, one.ends + one.after])),
    ...strips("asked", of(state.day.filter((one) => one.asked))),
    ...strips("taken", of(state.day.filter((one) => !one.asked))),
  );
  if (from <= now && now < to) track.append(placed(made("b", "now"), now, null, hours));
  const ticks = made("div", "ticks"), step = (to - from) / HOUR > 16 ? 3 : 2;
  for (let at = from; at < to; at += step * HOUR) {
    ticks.append(placed(made("span", "", time(at, state.zone, "de").slice(0, 2)), at, null, hours));
  }
  drawn.append(track, ticks);
  return drawn;
}

/** Say the bar in words, for those who do not see it. */
export function barLabel(state, language, name) {
  const said = state.day.map((one) => `${span(one, state.zone, language, state.today[0])} ${what(one, language)}`);
  return [say("door.day_of", language, { room: name }), ...said].join(", ");
}

/** Put texts of two languages into a place: the first as it is, the second behind it, marked as foreign. */
export function bilingual(place, texts) {
  place.replaceChildren(
    ...languages.flatMap((language, n) => {
      if (!texts(language) || (n && texts(language) === texts(languages[0]))) return [];
      const part = made("span", n ? "second" : "first", texts(language));
      part.lang = language;
      if (facts.from_right.includes(language)) part.dir = "rtl";
      return n ? [document.createTextNode(" "), part] : [part];
    }),
  );
}
