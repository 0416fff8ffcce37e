// The kitchen's page against a server that lives in the page: what one event costs, without a network.
// Loaded before the page's own script; `bench/board.py` asks it.
(() => {
  const SHOP = "noodle-house";
  const ITEMS = ["beef-noodles", "clear-beef-noodles", "dan-dan-noodles", "cucumber"];
  const at = (ms = 0) => new Date(Date.now() + ms).toISOString().replace(/\.\d+Z$/, "Z");
  let line = null;
  let seq = 0;
  let made = 0;
  const open = [];

  class Socket {
    readyState = 0;
    constructor() {
      line = this;
      setTimeout(() => { this.readyState = 1; this.onopen?.(); });
    }
    send(text) {
      const frame = JSON.parse(text);
      if (frame.type === "hello") this.hello();
      if (frame.type === "ping") setTimeout(() => this.say({ type: "pong", seq, at: at() })); // an answer comes after the question
    }
    async hello() {
      const { shop } = await (await fetch(`/get_shop_info?shop=${SHOP}`)).json();
      this.say({ type: "welcome", role: "kitchen", shop, epoch: "e", seq, at: at() });
      this.say({ type: "snapshot", epoch: "e", seq, orders: open });
    }
    say(frame) { this.onmessage?.({ data: JSON.stringify(frame) }); }
    close() {}
  }
  window.WebSocket = Socket;

  const STEPS = ["placed", "accepted", "preparing", "ready", "completed"];

  function order(status) {
    const n = ++made;
    const lines = ITEMS.slice(0, 1 + (n % ITEMS.length)).map((item) => ({
      item, name: item, quantity: 1 + (n % 3), unit_price: 2600, amount: 2600, note: n % 5 ? "" : "peanut allergy, no coriander",
      options: [{ id: "large", name: "Large", price: 400 }],
    }));
    return {
      id: `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`, number: `A${n}`, shop: SHOP, status, version: 1, service: "pickup",
      table: null, lines, total: 2600, currency: "CNY", note: "", placed_at: at(), seen_at: at(), accept_by: at(300000),
      promised_at: null, cancel_requested_at: null, nudges: 0, messages: [], history: [{ status, at: at(), by: "customer", reason: null }],
      customer: { name: "Bench", phone: "138****0000", address: null },
    };
  }

  /** The next event of the day: of many open orders one takes a step, and each that is complete makes room for a new one. */
  function event(count) {
    const index = seq % (count + 1);
    if (index === count || open.length < count) {
      const fresh = order("placed");
      open.push(fresh);
      return { seq: ++seq, type: "order.placed", at: at(), order: fresh };
    }
    const before = open[index % open.length];
    const status = STEPS[STEPS.indexOf(before.status) + 1];
    const next = {
      ...before, status, version: before.version + 1, promised_at: at(600000), history: [...before.history, { status, at: at(), by: "kitchen", reason: null }],
    };
    if (status === "completed") open.splice(open.indexOf(before), 1);
    else open[open.indexOf(before)] = next;
    return { seq: ++seq, type: "order.updated", at: at(), order: next };
  }

  const deliver = (count) => {
    const prev = seq;
    line.say({ type: "events", epoch: "e", prev, events: [event(count)] });
  };

  const afterFrame = () =>
    new Promise((done) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => done(performance.now());
      requestAnimationFrame(() => port2.postMessage(0));
    });
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));

  window.bench = {
    fill(count) { for (let n = 0; n < count; n += 1) open.push(order(STEPS[n % 4])); },
    /** From the arrival of an event to the end of the frame that shows it, in ms; it arrives as a frame begins. */
    async frames(times, count) {
      const took = [];
      for (let n = 0; n < times; n += 1) {
        await wait(30);
        const began = await new Promise((done) => requestAnimationFrame(() => {
          const now = performance.now();
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = () => done(performance.now() - now);
          deliver(count);
          Promise.resolve().then(() => port2.postMessage(0));
        }));
        took.push(began);
      }
      return took;
    },
    /** From the arrival of a new order to the first tone, in ms. */
    async rings(times) {
      const took = [];
      for (let n = 0; n < times; n += 1) {
        await wait(180 + (n % 7) * 5);
        const fresh = order("placed");
        open.push(fresh);
        const began = performance.now();
        const rung = new Promise((done) => { window.onTone = done; });
        line.say({ type: "events", epoch: "e", prev: seq, events: [{ seq: ++seq, type: "order.placed", at: at(), order: fresh }] });
        took.push((await rung) - began);
        open.splice(open.indexOf(fresh), 1);
        line.say({ type: "events", epoch: "e", prev: seq, events: [{ seq: ++seq, type: "order.updated", at: at(), order: { ...fresh, status: "rejected" } }] });
      }
      return took;
    },
    async day(events, count) {
      for (let n = 0; n < events; n += 1) {
        deliver(count);
        if (n % 20 === 0) await afterFrame();
      }
      await wait(2500); // until the board is tidy again
    },
    tickets: () => document.querySelectorAll("article").length,
  };
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...when) {
    window.onTone?.(performance.now());
    return start.apply(this, when);
  };
})();
