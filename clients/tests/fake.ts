/** A socket that the tests speak through, in the browser's place. */

export class Fake {
  static all: Fake[] = [];
  readyState = 0;
  sent: { type: string; seq?: number; epoch?: string; token?: string }[] = [];
  closed = false;
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  constructor() {
    Fake.all.push(this);
  }
  send(text: string) {
    this.sent.push(JSON.parse(text));
  }
  close() {
    this.closed = true;
  }
  open() {
    this.readyState = 1;
    this.onopen?.();
  }
  /** The server sends a frame, or a text that is none. */
  hear(frame: unknown) {
    this.onmessage?.({ data: typeof frame === "string" ? frame : JSON.stringify(frame) });
  }
  /** The line ends. */
  die(code: number) {
    this.onclose?.({ code });
  }
}

/** The socket that was opened last. */
export const last = () => Fake.all.at(-1)!;

/** Let what waits on promises go on. */
export const settled = () => new Promise((done) => setImmediate(done));
