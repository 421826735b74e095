/** Everything that the viewer, the tour page and the embed say; the studio's words are in strings.ts. */

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
    help: "Keys and gestures",
    close: "Close",
    withKey: (name: string, key: string) => `${name} (${key})`,
  },

  help: {
    title: "Keys and gestures",
    rows: [
      ["Look, or turn around the place", "Drag, or I J K L"],
      ["Move", "W A S D or arrow keys"],
      ["Walk to a spot", "Click or tap the floor"],
      ["Move faster", "Shift"],
      ["Up and down", "Page Up, Page Down"],
      ["Turn left and right", "Q, E"],
      ["Nearer, farther", "Mouse wheel, + and −, pinch"],
      ["Shift the view", "Two fingers, or drag with the right button"],
      ["Orbit, walk, fly", "1, 2, 3"],
      ["Follow the path, or stop", "P"],
      ["Back to the start", "R"],
      ["Copy a link to this view", "C"],
      ["Full screen", "F"],
      ["This list", "?"],
    ] as const,
  },

  said: {
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
    contextLost: "The graphics card was needed elsewhere. The view comes back by itself.",
    contextGone: "The graphics card did not come back. Reload the page to go on.",
  },
  actions: { logIn: "Log in", again: "Try again", reload: "Reload", studio: "To the studio" },
};
