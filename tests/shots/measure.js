// Measures what a person would stumble over. Runs in the page; returns [{rule, target, figure}].
// `want`: {target: px, primary: px | 0, gap: px, lang: string, parts: ["targets" | "text" | "calm"]}
(want) => {
  const found = [];
  const all = (root, what) => [...root.querySelectorAll(what)];
  // What `content-visibility` leaves out far from the screen has no true places yet.
  const shown = (el) => el.checkVisibility({ opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true });
  const name = (el) => {
    const said = (el.getAttribute("aria-label") || el.innerText || el.name || "").trim().replace(/\s+/g, " ").slice(0, 40);
    const kind = el.tagName.toLowerCase() + (el.className && typeof el.className === "string" ? `.${el.className.trim().split(/\s+/).slice(0, 3).join(".")}` : "");
    return `${kind} "${said}"`;
  };
  const report = (rule, el, figure) => found.push({ rule, target: typeof el === "string" ? el : name(el), figure });

  // What can be used now: a modal makes the rest inert.
  const modal = all(document, "dialog[open]").filter((each) => each.matches(":modal")).at(-1);
  const root = modal ?? document.body;

  const clipped = (el, rect) => {
    // The part of a rect that its scrolling ancestors let through.
    let { left, top, right, bottom } = rect;
    for (let up = el; up && up !== document.documentElement; up = up.parentElement) {
      const style = getComputedStyle(up);
      if (style.display === "inline" || style.display === "contents") continue; // they cut nothing off
      if (style.overflowX === "visible" && style.overflowY === "visible") continue;
      const box = up.getBoundingClientRect();
      left = Math.max(left, box.left); right = Math.min(right, box.right);
      top = Math.max(top, box.top); bottom = Math.min(bottom, box.bottom);
    }
    return { left, top, right, bottom, width: right - left, height: bottom - top };
  };
  const hiddenOnPurpose = (el) => {
    for (let up = el; up; up = up.parentElement) {
      const style = getComputedStyle(up);
      if (style.clipPath !== "none" || (style.position === "absolute" && up.clientWidth <= 1) || up.getAttribute("aria-hidden") === "true") return true;
    }
    return false;
  };

  if (want.parts.includes("targets")) {
    const union = (a, b) => {
      const left = Math.min(a.left, b.left), top = Math.min(a.top, b.top);
      const right = Math.max(a.right, b.right), bottom = Math.max(a.bottom, b.bottom);
      return { left, top, right, bottom, width: right - left, height: bottom - top };
    };
    const hit = (el) => {
      let box = el.getBoundingClientRect();
      for (const label of el.labels ?? []) {
        const more = label.getBoundingClientRect();
        if (label.contains(el) || more.bottom >= box.top - 1) box = label.contains(el) ? union(box, more) : box;
      }
      if (el.labels?.length && (el.type === "radio" || el.type === "checkbox")) box = union(el.labels[0].getBoundingClientRect(), el.labels[0].getBoundingClientRect());
      for (const pseudo of ["::before", "::after"]) {
        const style = getComputedStyle(el, pseudo);
        if (style.content === "none" || style.position !== "absolute") continue;
        const [t, r, b, l] = ["top", "right", "bottom", "left"].map((side) => parseFloat(style[side]));
        if ([t, r, b, l].some(Number.isNaN)) continue;
        box = union(box, { left: box.left + l, top: box.top + t, right: box.right - r, bottom: box.bottom - b });
      }
      return box;
    };
    const usable = all(root, "button, a[href], input, select, textarea, summary, [role=button], [role=switch], [role=tab]")
      .filter((el) => shown(el) && el.type !== "hidden" && !el.closest("[inert]"));
    const primary = (el) => want.primary > 0 && !el.disabled && (el.closest("article .ticket-do, [data-primary]") !== null || el.matches("[data-primary]"));
    const boxes = [];
    for (const el of usable) {
      if (el.disabled) continue;
      // A link within a sentence is as high as the sentence.
      if (el.tagName === "A" && getComputedStyle(el).display === "inline" && el.parentElement.innerText.trim() !== el.innerText.trim()) continue;
      const box = hit(el);
      const least = primary(el) ? want.primary : want.target;
      const wide = Math.round(box.width * 10) / 10, high = Math.round(box.height * 10) / 10;
      if (wide < least - 0.5 || high < least - 0.5) report("target-size", el, `${wide} x ${high}, wanted ${least}`);
      if (primary(el)) boxes.push([el, box]);
    }
    for (const [i, [a, one]] of boxes.entries()) {
      for (const [b, two] of boxes.slice(i + 1)) {
        if (a.closest("article") !== b.closest("article")) continue;
        const x = Math.max(one.left, two.left) - Math.min(one.right, two.right);
        const y = Math.max(one.top, two.top) - Math.min(one.bottom, two.bottom);
        const gap = Math.max(x, y);
        if (gap < want.gap - 0.5) report("target-gap", a, `${Math.round(gap * 10) / 10} px to ${name(b)}, wanted ${want.gap}`);
      }
    }
    for (const el of usable) {
      const family = getComputedStyle(el).fontFamily;
      if (family !== getComputedStyle(el.parentElement).fontFamily && !el.lang && !/mono/i.test(family)) report("font-inherits", el, family.slice(0, 60));
    }
  }

  if (want.parts.includes("text")) {
    const page = document.scrollingElement;
    if (page.scrollWidth > innerWidth) {
      const wide = all(document.body, "*").filter((el) => shown(el) && el.getBoundingClientRect().right > innerWidth + 1);
      report("scrolls-sideways", wide.at(-1) ?? "document", `${page.scrollWidth} px in ${innerWidth} px`);
    }
    const texts = [];
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const el = node.parentElement;
      if (!node.data.trim() || !el || !shown(el) || hiddenOnPurpose(el)) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const rect of range.getClientRects()) {
        const seen = clipped(el, rect);
        if (seen.width > 1 && seen.height > 1) texts.push([el, seen, rect]);
      }
    }
    const said = new Set();
    const once = (rule, el, figure) => {
      const key = rule + name(el);
      if (!said.has(key)) report(rule, el, figure);
      said.add(key);
    };
    for (const [el, , rect] of texts) {
      for (let up = el; up && up !== document.body; up = up.parentElement) {
        const style = getComputedStyle(up);
        const box = up.getBoundingClientRect();
        const byDesign = style.textOverflow === "ellipsis" || style.webkitLineClamp !== "none";
        if (!byDesign && ["hidden", "clip"].includes(style.overflowX) && (rect.right > box.right + 1 || rect.left < box.left - 1)) {
          once("text-clipped", el, `${Math.round(Math.max(rect.right - box.right, box.left - rect.left))} px beyond ${name(up)}`);
        }
        if (!byDesign && ["hidden", "clip"].includes(style.overflowY) && (rect.bottom > box.bottom + 3 || rect.top < box.top - 3)) {
          once("text-clipped", el, `${Math.round(Math.max(rect.bottom - box.bottom, box.top - rect.top))} px below ${name(up)}`);
        }
        const holds = up.matches("button, a.button, .chip, input, td, th");
        if (holds && style.overflowX === "visible" && (rect.right > box.right + 1 || rect.left < box.left - 1 || rect.bottom > box.bottom + 2 || rect.top < box.top - 2)) {
          once("text-leaves-its-box", el, `beyond ${name(up)}`);
        }
        if (["auto", "scroll"].includes(style.overflowX) || byDesign) break;
      }
    }
    const layer = (el) => {
      for (let up = el; up; up = up.parentElement) if (["fixed", "sticky"].includes(getComputedStyle(up).position)) return up;
      return null;
    };
    const layers = texts.map(([el]) => layer(el));
    for (let i = 0; i < texts.length; i++) {
      const [a, one, first] = texts[i];
      for (let j = i + 1; j < texts.length; j++) {
        const [b, two, second] = texts[j];
        if (a === b || layers[i] !== layers[j]) continue;
        const w = Math.min(one.right, two.right) - Math.max(one.left, two.left);
        const h = Math.min(one.bottom, two.bottom) - Math.max(one.top, two.top);
        if (w <= 2 || h <= 0) continue;
        if (h > 0.35 * Math.min(first.height, second.height)) once("text-overlaps", a, `${name(b)} by ${Math.round(w)} x ${Math.round(h)} px`);
      }
    }
  }

  if (want.parts.includes("calm")) {
    for (const motion of document.getAnimations()) {
      const timing = motion.effect?.getComputedTiming();
      if (motion.playState === "running" && timing?.iterations === Infinity) report("moves-for-ever", motion.effect.target, motion.animationName ?? "");
    }
    if (document.documentElement.lang !== want.lang) report("lang", "html", document.documentElement.lang);
    if (want.lang === "zh-CN") {
      const families = getComputedStyle(document.body).fontFamily.split(",").map((each) => each.trim().replace(/"/g, ""));
      const cjk = families.findIndex((each) => /PingFang|Noto Sans (CJK )?SC|YaHei|HarmonyOS|MiSans|Source Han/i.test(each));
      const generic = families.lastIndexOf("sans-serif");
      if (cjk < 0 || (generic >= 0 && cjk > generic)) report("chinese-font", "body", families.join(", "));
    }
    if (!document.title.trim()) report("title", "document", "empty");
  }
  return found;
}
