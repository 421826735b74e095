/** Everything that the viewer, the tour page and the embed say; the studio's words are in strings.ts. */

import { byPointer } from "./pointer";

type HelpRow = readonly [what: string, how: string];

const KEYS: readonly HelpRow[] = [
  ["Move", "W A S D or arrow keys"],
  ["Move faster", "Shift"],
  ["Up and down", "Page Up, Page Down"],
  ["Turn left and right", "Q, E"],
  ["Orbit, walk, fly", "1, 2, 3"],
  ["Follow the path, or stop", "P"],
  ["Back to the start", "R"],
  ["Places to go to", "N"],
  ["Floor plan", "G"],
  ["Measure", "M"],
  ["Measure from the middle", "Enter"],
  ["Clear what was measured", "Delete"],
  ["Save a picture of this view", "T"],
  ["Copy a link to this view", "C"],
  ["Full screen", "F"],
  ["Close, stop measuring", "Escape"],
  ["This list", "?"],
  ["Gamepad", "Left stick moves, right stick looks, triggers up and down"],
];
const BY_MOUSE: readonly HelpRow[] = [
  ["Look, or turn around the place", "Drag, or I J K L"],
  ["Walk to a spot", "Click or tap the floor"],
  ["Nearer, farther", "Mouse wheel, + and −, pinch"],
  ["Shift the view", "Two fingers, or drag with the right button"],
  ...KEYS,
];
const BY_FINGER: readonly HelpRow[] = [
  ["Look around", "Drag"],
  ["Walk to a spot", "Tap the floor"],
  ["Nearer, farther", "Pinch"],
  ["Shift the view", "Two fingers"],
  ["Look around (keys)", "I J K L"],
  ["Nearer, farther (keys)", "+ and −"],
  ...KEYS,
];

export const viewerStrings = {
  product: "Diorama",
  title: (name: string) => `${name} · Diorama`,
  canvas: "The place in 3D",
  canvasHelp: "Drag to look around. Arrow keys move. Press the question mark for all keys.",
  poster: (name: string) => `A view of ${name}`,
  back: "Back to the studio",
  invitation: (name: string) => `Walk into ${name}`,
  openAlone: (name: string) => `Open ${name} on a page of its own`,

  modes: {
    label: "How to move",
    orbit: "Orbit",
    walk: "Walk",
    fly: "Fly",
    orbitHelp: "Orbit: turn around the place",
    walkHelp: "Walk: move at eye height",
    flyHelp: "Fly: move anywhere",
  },

  controls: {
    label: "Controls",
    play: "Follow the path through the place",
    pause: "Stop following the path",
    reset: "Back to where the visit starts",
    share: "Copy a link to this view",
    fullScreen: "Full screen",
    leaveFullScreen: "Leave full screen",
    places: "Places to go to",
    plan: "Floor plan",
    measure: "Measure",
    picture: "Save a picture of this view",
    headset: "Look around with a headset",
    edit: "Edit the places",
    help: "Keys and gestures",
    close: "Close",
    withKey: (name: string, key: string) => `${name} (${key})`,
  },

  help: {
    title: "Keys and gestures",
    /** What, and how; where a finger is what one points with, what it can do comes first. */
    get rows() {
      return byPointer(BY_MOUSE, BY_FINGER);
    },
  },

  export: {
    open: "Take this tour with you",
    title: (name: string) => `Take “${name}” with you`,
    file: "One file",
    fileHelp: "A page that holds everything: it opens in any browser, without a network.",
    finest: "Sharpest version in it",
    level: (name: string, splats: number) => `${name}, ${splats.toLocaleString("en")} splats`,
    folder: "A folder for a web server",
    folderHelp:
      "Unpack it anywhere below your site. It loads as it is looked at, and other pages can show it.",
    preparing: "Looking how large it is",
    size: (megabytes: number) => `${megabytes.toFixed(megabytes < 10 ? 1 : 0)} MB`,
    take: "Download",
    fetching: (share: number) => `Putting it together: ${Math.round(share * 100)} %`,
    done: (name: string) => `${name} is among your downloads.`,
    failed: "It could not be put together. Check the connection, then try again.",
  },

  places: {
    title: "Places",
    start: "Where the visit starts",
    viewpoint: (number: number) => `Viewpoint ${number}`,
    marker: (title: string) => `${title}: open`,
    at: (title: string) => `You are at: ${title}`,
    link: "Open the link",
    opensNew: "(opens in a new tab)",
  },

  plan: {
    label: "Floor plan",
    get map() {
      const go = byPointer("click", "tap");
      return `Floor plan: ${go} to go there, or move the mark with the arrow keys and press Enter`;
    },
    gone: "There you are.",
    metres: (count: number) => `${count} m`,
    about: (count: number) => `about ${count} m`,
  },

  measure: {
    label: "Measure",
    get first() {
      return `${byPointer("Click", "Tap")} a point, or aim with the middle of the picture.`;
    },
    second: "Now the other end.",
    aim: "Take the middle",
    clear: "Clear",
    done: "Done",
    nothing: "Nothing is there to be measured from. Try another point.",
    metres: (length: string) => `${length} m`,
    about: (length: string) => `about ${length} m`,
    units: (length: string) => `${length} units (how large this place is, is not known)`,
    result: (length: string) => `Measured: ${length}`,
  },

  editor: {
    title: "Edit the places",
    hint: "What you change here is published with the next version.",
    add: "Add a place",
    none: "There are no places yet.",
    get aim() {
      const it = byPointer("click it", "tap it");
      return `Point at what it is about: ${it}, or press Enter to take the middle of the picture.`;
    },
    name: "Name",
    text: "Text",
    link: "Link (https://…)",
    linkName: "The link",
    fileName: "The file",
    place: "The place",
    refused: (field: string, why: string) =>
      why.startsWith("must") ? `${field} ${why}.` : `${field}: ${why}.`,
    failed: "It could not be saved. Check the connection, then try again.",
    file: "Picture, sound or film, or a thing that stands here (JPEG, PNG, MP3, MP4, GLB)",
    stance: "How it stands",
    turn: "Turned to the left, degrees",
    scale: "Size, of its own",
    move: "Point at another place for it",
    keepsFile: (name: string) => `It has ${name}. Choose another file to replace it.`,
    dropFile: "Without a file",
    seenFrom: "Visitors will stand where you stand now.",
    save: "Save",
    cancel: "Cancel",
    edit: (title: string) => `Edit ${title}`,
    remove: (title: string) => `Remove ${title}`,
    sending: "Sending the file",
    saved: "Saved.",
    removed: "Removed.",
  },

  headset: {
    failed: "The headset could not be started.",
    left: "You are back on the page.",
  },

  said: {
    pictureSaved: "The picture is saved.",
    loading: "Loading",
    loadingLevel: (share: string) => `Getting sharper: ${share}`,
    copied: "The link to this view is copied.",
    copyYourself: "This is the link to the view. Copy it:",
    link: "Link to this view",
    following: "Following the path",
    stopped: "Stopped",
    reset: "Back at the start",
    mode: (name: string) => `${name} is on`,
  },

  problems: {
    unknownTour: {
      title: "There is no such tour",
      text: "It may have been deleted, or it belongs to somebody else. Check the address, or look in the studio.",
    },
    notReady: {
      title: "This tour is not ready yet",
      text: "Its place is still being built, or could not be. The studio shows how far it is.",
    },
    notPublished: {
      title: "This tour is not published",
      text: "Its owner has not published it, or has taken it back. Ask whoever gave you the link.",
    },
    viewsUsedUp: {
      title: "This tour has had its visitors for this month",
      text: "Its owner's plan shows it to so many a month. Come back next month, or ask whoever gave you the link.",
    },
    signedOut: {
      title: "Log in to see this tour",
      text: "Only its owner can see it here. You come back to this page afterwards.",
    },
    expired: {
      title: "This link has run out",
      text: "Reload the page for a new one; if that does not help, open the tour from the studio again.",
    },
    unreachable: {
      title: "The studio does not answer",
      text: "Check the connection, then try again.",
    },
    damaged: {
      title: "This tour can't be read",
      text: "Its description is damaged. Whoever made it can package it again.",
    },
    tooNew: {
      title: "This tour needs a newer viewer",
      text: "It was made by a newer studio. Reload the page; if that does not help, the studio must be updated.",
    },
    noWebGl: {
      title: "This browser can't show 3D here",
      text: "The tour needs WebGL 2. Switch on hardware acceleration in the browser's settings, or use another browser or device.",
    },
    mistake: {
      title: "The viewer made a mistake",
      text: "Reload the page. If it happens again, try another browser.",
    },
  },
  notices: {
    levelFailed: "A sharper version of the place could not be loaded.",
    firstFailed: "The place could not be loaded.",
    modelFailed: "A thing that stands in this place could not be loaded.",
    placesFailed: "The places of this tour could not be loaded.",
    contextLost: "The graphics card was needed elsewhere. The view comes back by itself.",
    contextGone: "The graphics card did not come back. Reload the page to go on.",
  },
  actions: { logIn: "Log in", again: "Try again", reload: "Reload", studio: "To the studio" },
};
