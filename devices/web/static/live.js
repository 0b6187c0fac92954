// The line to the server: news as they come, the house's time, and whether anybody is there.

const AGAIN = [1000, 3000];      // milliseconds until the next try, between these
const SILENCE = 40_000;          // the server speaks every 15 s; after this long the line is dead
const ONCE = 60_000;             // a page is loaded anew for a new server at most this often
const ALL = 10_000;              // a server that hears the rooms has named them all within this time

/** Follows one stream. `heard(news)` is called for each message, `tick()` each second and after each change. */
export class Live {
  constructor(path, version, heard, tick) {
    Object.assign(this, { path, version, heard, tick, ahead: 0, spoke: 0, broker: false, isOpen: false });
    Object.assign(this, { unnamed: new Set(), named: new Set(), linked: 0 });
    this.connect();
    setInterval(() => this.watch(), 1000);
  }

  /** The house's time in milliseconds: a tablet's own clock may be wrong by hours. */
  now() {
    return Date.now() + this.ahead;
  }

  /** Whether what is shown would change if it changed: the server is there, and it hears the rooms. */
  get isLinked() {
    return this.isOpen && this.broker;
  }

  connect() {
    this.named.forEach((room) => this.unnamed.add(room));
    this.named.clear();
    this.linked = 0;
    this.source = new EventSource(this.path);
    this.source.onmessage = (event) => this.take(JSON.parse(event.data));
    this.source.onerror = () => this.lost();
  }

  take(news) {
    this.ahead = news.now - Date.now();
    this.spoke = Date.now();
    this.isOpen = true;
    this.broker = news.link;
    if (news.version !== this.version && this.reload()) return;
    this.name(news);
    this.heard(news);
    this.tick();
  }

  /** Keep which rooms this stream named; the others went while nobody told us, or are still to come. */
  name(news) {
    for (const { state } of news.rooms) {
      this.named.add(state.room);
      this.unnamed.delete(state.room);
    }
    this.linked = this.isLinked ? this.linked || Date.now() : 0;
  }

  /** Say that rooms are gone that a server who hears all of them does not name. */
  forget() {
    if (!this.unnamed.size || !this.linked || Math.abs(Date.now() - this.linked) < ALL) return;
    this.heard({ rooms: [], gone: [...this.unnamed] });
    this.unnamed.clear();
  }

  lost() {
    this.source.close();
    this.isOpen = false;
    this.linked = 0;
    clearTimeout(this.again);
    this.again = setTimeout(() => this.connect(), AGAIN[0] + Math.random() * (AGAIN[1] - AGAIN[0]));
    this.tick();
  }

  watch() {
    if (this.isOpen && Math.abs(Date.now() - this.spoke) > SILENCE) this.lost();
    this.forget();
    this.tick();
  }

  /** Load the page of a newer server; never in a circle. */
  reload() {
    const before = Number(sessionStorage.getItem("reloaded") ?? 0);
    if (Math.abs(Date.now() - before) < ONCE) return false;
    sessionStorage.setItem("reloaded", String(Date.now()));
    location.reload();
    return true;
  }
}
