import { type CSSVariablesResolver, createTheme, type MantineColorsTuple, Menu } from "@mantine/core";

const lagoon: MantineColorsTuple = [
  "#effcfa",
  "#d0f5ef",
  "#a3e9e0",
  "#6cd7cc",
  "#3cbeb4",
  "#1fa29a",
  "#14827d",
  "#106b68",
  "#115553",
  "#0f403f",
];

export const theme = createTheme({
  primaryColor: "lagoon",
  primaryShade: { light: 7, dark: 7 },
  colors: { lagoon },
  defaultRadius: "md",
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  headings: { fontWeight: "650", sizes: { h1: { fontSize: "1.75rem" }, h2: { fontSize: "1.25rem" } } },
  focusRing: "auto",
  respectReducedMotion: true,
  components: {
    // Inside the page, and with nothing but its items: else it is no menu to assistive technology.
    Menu: Menu.extend({
      defaultProps: {
        withinPortal: false,
        withInitialFocusPlaceholder: false,
        transitionProps: { duration: 0 },
      },
    }),
  },
});

/** Mantine's dimmed and error colours are too faint for small text (WCAG AA asks for 4.5 to 1). */
export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-body": "#fbfbf9",
    "--mantine-color-dimmed": "#555b60",
    "--mantine-color-error": "#c01f1f",
    "--mantine-color-placeholder": "#6a7076",
    "--paper": "#ffffff",
    "--line": "#e2e3df",
    "--well": "#f1f2ee",
    "--good": "#157347",
    "--busy": "#106b68",
    "--bad": "#c01f1f",
    "--quiet": "#6a7076",
  },
  dark: {
    "--mantine-color-body": "#141817",
    "--mantine-color-text": "#e4e8e6",
    "--mantine-color-dimmed": "#a9b2af",
    "--mantine-color-error": "#ff8f8f",
    "--mantine-color-placeholder": "#8f9996",
    "--paper": "#1c2120",
    "--line": "#313836",
    "--well": "#0f1312",
    "--good": "#63d297",
    "--busy": "#6cd7cc",
    "--bad": "#ff8f8f",
    "--quiet": "#8f9996",
  },
});
