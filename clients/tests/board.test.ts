/** The guest board: which codes are called, and how big they are. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fresh } from "../board/calls";
import { fit, LINE, type Room, widthOf } from "../board/layout";
import type { Board, BoardEntry } from "../lib/wire";

const at = (second: number) => new Date(Date.parse("2026-11-21T10:00:00Z") + second * 1000).toISOString();
const entry = (number: string, since = 0): BoardEntry => ({ number, service: "pickup", since: at(since) });
const board = (second: number, ...ready: BoardEntry[]): Board =>
  ({ type: "board", shop: "noodle-house", at: at(second), preparing: [], ready });

test("what becomes ready is called once", () => {
  const one = board(100, entry("A17", 100));
  assert.deepEqual(fresh(board(99), one), ["A17"]);
  assert.deepEqual(fresh(one, board(105, entry("B22", 105), entry("A17", 100))), ["B22"]);
  assert.deepEqual(fresh(one, board(110)), []);
});

test("what was taken back and is ready again is called again", () => {
  assert.deepEqual(fresh(board(100, entry("A17", 100)), board(150, entry("A17", 150))), ["A17"]);
});

test("a board that is opened calls only what has become ready within ten seconds", () => {
  assert.deepEqual(fresh(null, board(100, entry("B22", 91), entry("A17", 90), entry("C33", 10))), ["B22"]);
});

const ROOMS: Record<string, Room> = {
  tv: { width: 980, height: 830, least: 54 },
  tablet: { width: 540, height: 560, least: 38 },
  phone: { width: 330, height: 230, least: 24 },
  zoomed: { width: 165, height: 110, least: 24 },
};

test("every code is inside its half and no page is smaller to read than allowed", () => {
  const wide = widthOf([{ number: "MW88", service: "dine_in" }]);
  for (const [name, room] of Object.entries(ROOMS)) {
    for (let count = 1; count <= 60; count++) {
      const { columns, rows, size, perPage, pages } = fit(count, wide, room);
      const what = `${name} ${count}`;
      assert.ok(columns * rows >= perPage && perPage * pages >= count && perPage * (pages - 1) < count, what);
      assert.ok(columns * wide * size <= room.width + 0.01 && rows * LINE * size <= room.height + 0.01, what);
      assert.ok(size >= Math.floor(room.least) || perPage === 1, `${what}: ${size}`);
    }
  }
});

test("fewer codes are never smaller, and sixty fit on a television without turning pages", () => {
  const room = ROOMS.tv as Room;
  const wide = widthOf([entry("A17")]);
  const sizes = Array.from({ length: 60 }, (_, n) => fit(n + 1, wide, room).size);
  assert.deepEqual(sizes, [...sizes].sort((a, b) => b - a));
  assert.equal(fit(60, wide, room).pages, 1);
  assert.ok((sizes[5] ?? 0) > 120, `six codes are big: ${sizes[5]}`);
});

test("pages are even", () => {
  const { pages, perPage } = fit(60, widthOf([entry("A17")]), ROOMS.phone as Room);
  assert.ok(pages > 1);
  assert.ok(60 - perPage * (pages - 1) >= perPage - pages, `${pages} of ${perPage}`);
});
