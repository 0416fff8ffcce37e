/** The drawings for <Icon>: each its own constant, so that a page carries only what it shows. */

export const plus = "M12 5v14M5 12h14";
export const minus = "M5 12h14";
export const close = "M6 6l12 12M18 6L6 18";
export const back = "M15 5l-7 7 7 7";
export const next = "M9 5l7 7-7 7";
export const check = "M5 12.5l4.5 4.5L19 7.5";
export const clock = "M12 7v5l3 2M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z";
export const hourglass = "M6 3h12M6 21h12M8 3v4l4 5 4-5V3M8 21v-4l4-5 4 5v4";
export const alert = "M12 4L2.8 20h18.4L12 4zM12 10v4.5M12 17.4v.1";
export const phone = "M6 3h3l2 5-2.5 1.5a11 11 0 0 0 6 6L16 13l5 2v3c0 1.5-1.5 3-3 3C10.5 21 3 13.5 3 6c0-1.5 1.5-3 3-3z";
export const bell = "M4 18h16M6 18a6 6 0 0 1 12 0M12 12V9.5M10 9h4";
export const bag = "M6 8h12l1 12H5L6 8zM9 8V7a3 3 0 0 1 6 0v1";
export const bike = "M6 19a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM18 19a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM6 16l3-7h5l4 7M9 9L8 6H6M14 9l1-3h2";
export const seat = "M4 10h16M7 10v9M17 10v9M9 5h6";
export const chat = "M4 5h16v11H9l-5 4V5z";
export const edit = "M4 20l1-4L16 5l3 3L8 19l-4 1zM14 7l3 3";
export const more = "M5 12h.1M12 12h.1M19 12h.1";
export const sound = "M4 10v4h3l5 4V6L7 10H4zM15.5 9a4 4 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11";
export const mute = "M4 10v4h3l5 4V6L7 10H4zM16 10l5 5M21 10l-5 5";
export const gear = "M12 15.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM12 3v3M12 18v3M3 12h3M18 12h3M5.6 5.6l2.1 2.1M16.3 16.3l2.1 2.1M18.4 5.6l-2.1 2.1M7.7 16.3l-2.1 2.1";
export const undo = "M9 6L4 11l5 5M4 11h10a6 6 0 0 1 0 12h-1";
export const ban = "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM5.6 5.6l12.8 12.8";
export const eye = "M2.5 12S6 6 12 6s9.5 6 9.5 6-3.5 6-9.5 6-9.5-6-9.5-6zM12 14.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z";
export const wifi = "M4 9.5a12 12 0 0 1 16 0M7 13a7.5 7.5 0 0 1 10 0M10 16.3a3 3 0 0 1 4 0M12 19.5v.1";
export const sun = "M12 16.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM12 2v2.5M12 19.5V22M2 12h2.5M19.5 12H22M5 5l1.7 1.7M17.3 17.3L19 19M19 5l-1.7 1.7M6.7 17.3L5 19";
