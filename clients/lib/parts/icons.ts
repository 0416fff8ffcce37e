/** The drawings for <Icon>: each its own constant, so that a page carries only what it shows; here those of a first view. */

export * from "./later-icons";

export const plus = "M12 5v14M5 12h14";
export const minus = "M5 12h14";
export const close = "M6 6l12 12M18 6L6 18";
export const back = "M15 5l-7 7 7 7";
export const next = "M9 5l7 7-7 7";
export const check = "M5 12.5l4.5 4.5L19 7.5";
export const clock = "M12 7v5l3 2M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z";
export const alert = "M12 4L2.8 20h18.4L12 4zM12 10v4.5M12 17.4v.1";
export const phone = "M6 3h3l2 5-2.5 1.5a11 11 0 0 0 6 6L16 13l5 2v3c0 1.5-1.5 3-3 3C10.5 21 3 13.5 3 6c0-1.5 1.5-3 3-3z";
export const bell = "M4 18h16M6 18a6 6 0 0 1 12 0M12 12V9.5M10 9h4";
export const more = "M5 12h.1M12 12h.1M19 12h.1";
export const eye = "M2.5 12S6 6 12 6s9.5 6 9.5 6-3.5 6-9.5 6-9.5-6-9.5-6zM12 14.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z";
export const wifi = "M4 9.5a12 12 0 0 1 16 0M7 13a7.5 7.5 0 0 1 10 0M10 16.3a3 3 0 0 1 4 0M12 19.5v.1M4 4l16 16";
export const search = "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM20.5 20.5L16 16";
export const bag = "M6 8h12l1 12H5L6 8zM9 8V7a3 3 0 0 1 6 0v1";
