// The connection to the console's server. A browser's own reconnecting has no limit that grows and gives up on an
// answer that is no stream, so it is done here: later and later, and never all open pages at one moment.

const SOONEST = 1000;
const LATEST = 15000;
// The server speaks at least every five seconds; a connection that is silent for longer is dead, though nobody said so.
const SILENT = 20000;

export class Stream {
  #source = null;
  #pause = SOONEST;
  #timer = 0;
  #watchdog = 0;
  #policy = "";
  #hears;
  #lost;

  // hears: by an event's name what is done with its data. lost: is told in how many seconds it is tried again.
  constructor(hears, lost) {
    this.#hears = hears;
    this.#lost = lost;
  }

  // Opens the stream, or opens it anew where another policy is looked at.
  open(policy) {
    this.#policy = policy;
    this.#close();
    const source = new EventSource("stream?policy=" + encodeURIComponent(policy));
    this.#source = source;
    for (const [name, hear] of Object.entries(this.#hears)) {
      source.addEventListener(name, (event) => {
        // What an earlier stream had under way is about another policy.
        if (source !== this.#source) return;
        this.#pause = SOONEST;
        this.#alive();
        hear(JSON.parse(event.data));
      });
    }
    source.onerror = () => source === this.#source && this.#again();
    this.#alive();
  }

  #alive() {
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => this.#again(), SILENT);
  }

  #again() {
    this.#close();
    const wait = this.#pause * (0.5 + Math.random() / 2);
    this.#pause = Math.min(LATEST, this.#pause * 2);
    this.#lost(wait / 1000);
    this.#timer = setTimeout(() => this.open(this.#policy), wait);
  }

  #close() {
    clearTimeout(this.#timer);
    clearTimeout(this.#watchdog);
    this.#source?.close();
    this.#source = null;
  }
}
