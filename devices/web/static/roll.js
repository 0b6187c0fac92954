// How a room stands later, without any news: what `rolled` in devices/panels/state.py says, for a page whose
// server is gone. The tests hold the two against each other. Nothing here reads a clock or the page.

const MINUTE = 60_000, DAY = 86_400_000;
const ENDS_SOON = 10 * MINUTE, CLOSES_SOON = 15 * MINUTE, AHEAD_DAYS = 8, MOST_NEXT = 2;
const formats = new Map();

/** Give the wall clock of a zone at an instant, as if it were UTC. */
function wall(at, zone) {
  if (!formats.has(zone)) {
    const fields = { year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric" };
    formats.set(zone, new Intl.DateTimeFormat("en-GB", { ...fields, timeZone: zone, hourCycle: "h23" }));
  }
  const part = Object.fromEntries(formats.get(zone).formatToParts(at).map((one) => [one.type, +one.value]));
  return Date.UTC(part.year, part.month - 1, part.day, part.hour, part.minute) + (((at % MINUTE) + MINUTE) % MINUTE);
}

/** Give the midnight that begins the day of an instant, or one `days` later, by the wall clock. */
export function midnight(at, zone, days = 0) {
  const local = wall(at, zone);
  const wanted = local - (((local % DAY) + DAY) % DAY) + days * DAY;
  const near = wanted - (local - at);
  return near + wanted - wall(near, zone);
}

const thereFrom = (slot) => (slot.arrived_at === null ? slot.begins : Math.min(slot.begins, slot.arrived_at));
const touches = (slot, [begins, ends]) => slot.begins < ends && begins < slot.ends;

function statusAt(at, slots, opens) {
  const taken = slots.filter((one) => !one.asked);
  if (taken.some((one) => thereFrom(one) <= at && at < one.ends)) return "busy";
  if (taken.some((one) => one.begins - one.before <= at && at < one.ends + one.after)) return "buffer";
  return opens.some(([begins, ends]) => begins <= at && at < ends) ? "free" : "closed";
}

function cuts(slots, opens) {
  const of = (one) => [thereFrom(one), one.begins, one.ends, one.begins - one.before, one.ends + one.after];
  return [...new Set([...opens.flat(), ...slots.flatMap(of)])].sort((a, b) => a - b);
}

function phaseOf(state, slots, now, looked) {
  const { opens } = state, edges = cuts(slots, opens), status = statusAt(now, slots, opens);
  const past = edges.filter((one) => one <= now).reverse(), coming = edges.filter((one) => one > now);
  const begins = past.find((one) => statusAt(one - 1, slots, opens) !== status);
  const wishes = status === "free" ? slots.filter((one) => one.asked).map((one) => one.begins - one.before) : [];
  const ends = coming.find((one) => wishes.includes(one) || statusAt(one, slots, opens) !== status);
  return { status, begins: begins ?? looked[0], ends: ends ?? looked[1] };
}

function changesAt(state, slots, now) {
  const edges = cuts(slots, state.opens)
    .concat(slots.map((one) => one.ends - ENDS_SOON), state.opens.map((one) => one[1] - CLOSES_SOON))
    .concat(slots.map((one) => one.lapses).filter((one) => one !== null));
  return Math.min(state.today[1], ...edges.filter((one) => one > now));
}

function current(slots, now) {
  const on = slots.filter((one) => thereFrom(one) <= now && now < one.ends);
  return on.sort((a, b) => a.asked - b.asked || a.begins - b.begins)[0] ?? null;
}

function standing(state, slots, now) {
  const from = state.generated_at, zone = state.zone;
  const looked = [midnight(from, zone, -1), midnight(from, zone, AHEAD_DAYS)];
  const phase = phaseOf(state, slots, now, looked), is = current(slots, now);
  const until = phase.ends < looked[1] ? phase.ends : null;
  const open = state.opens.find(([begins, ends]) => begins <= now && now < ends && ends < looked[1]);
  return {
    ...state,
    status: phase.status,
    since: phase.begins === looked[0] ? null : phase.begins,
    until,
    free_until: phase.status === "free" ? until : null,
    now: is,
    next: slots.filter((one) => thereFrom(one) > now).slice(0, MOST_NEXT),
    closing_soon:
      (is !== null && !is.asked && is.ends - now <= ENDS_SOON) || (open !== undefined && open[1] - now <= CLOSES_SOON),
    changes_at: changesAt(state, slots, now),
  };
}

/** Give the state that follows from an older one: bookings begin, end and lapse, and midnight passes.
 *  `more` are slots that were told otherwise (tomorrow's agenda). */
export function rolled(state, now, more = []) {
  if (state.status === "unknown" || now < state.changes_at) return state;
  const told = [...state.day, ...state.next, ...(state.now ? [state.now] : []), ...more];
  const slots = [...new Map(told.map((one) => [JSON.stringify(one), one])).values()]
    .filter((one) => one.lapses === null || one.lapses > now)
    .sort((a, b) => a.begins - b.begins || a.ends - b.ends);
  const today = [midnight(now, state.zone), midnight(now, state.zone, 1)];
  return standing({ ...state, day: slots.filter((one) => touches(one, today)), today }, slots, now);
}
