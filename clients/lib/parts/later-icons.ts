/** The drawings that no first view of a customer's page shows. */

export const hourglass = "M6 3h12M6 21h12M8 3v4l4 5 4-5V3M8 21v-4l4-5 4 5v4";
export const bike = "M6 19a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM18 19a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM6 16l3-7h5l4 7M9 9L8 6H6M14 9l1-3h2";
export const seat = "M4 10h16M7 10v9M17 10v9M9 5h6";
export const chat = "M4 5h16v11H9l-5 4V5z";
export const edit = "M4 20l1-4L16 5l3 3L8 19l-4 1zM14 7l3 3";
export const sound = "M4 10v4h3l5 4V6L7 10H4zM15.5 9a4 4 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11";
export const mute = "M4 10v4h3l5 4V6L7 10H4zM16 10l5 5M21 10l-5 5";
export const printer = "M7 8V3h10v5M7 17H4V8h16v9h-3M7 14h10v7H7v-7z";
export const gear = "M12 15.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM12 3v3M12 18v3M3 12h3M18 12h3M5.6 5.6l2.1 2.1M16.3 16.3l2.1 2.1M18.4 5.6l-2.1 2.1M7.7 16.3l-2.1 2.1";
export const undo = "M9 6L4 11l5 5M4 11h10a6 6 0 0 1 0 12h-1";
export const ban = "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM5.6 5.6l12.8 12.8";
export const sun = "M12 16.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM12 2v2.5M12 19.5V22M2 12h2.5M19.5 12H22M5 5l1.7 1.7M17.3 17.3L19 19M19 5l-1.7 1.7M6.7 17.3L5 19";
export const full = "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5";
export const share = "M12 15V4M8 7.5L12 3.5l4 4M6 11v9h12v-9";
export const receipt = "M6 3h12v18l-3-2-3 2-3-2-3 2V3zM9.5 8h5M9.5 12h5";
export const bin = "M4 7h16M9 7V4h6v3M6 7l1 14h10l1-14M10 11v6M14 11v6";
export const sum = "M17 5H7l6 7-6 7h10";
export const filter = "M4 5h16l-6.5 8v6l-3-2v-4L4 5z";
