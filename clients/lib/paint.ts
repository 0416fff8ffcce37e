/** Run something after the next paint. A hidden page paints nothing: there a timer runs it instead. */
export function afterPaint(what: () => void): void {
  let done = false;
  const once = () => {
    if (!done) what();
    done = true;
  };
  requestAnimationFrame(() => setTimeout(once, 0));
  setTimeout(once, 150);
}

/** Come back after the next paint. */
export const painted = (): Promise<void> => new Promise(afterPaint);
