import "@mantine/core/styles.css";
import "./studio.css";
import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { BrowserRouter } from "react-router";
import { connectApi } from "../api/client";
import { ApiProblem } from "../api/problem";
import { Session } from "../api/session";
import { readConfig } from "../config";
import { watchErrors } from "../live/pageErrors";
import { App } from "./App";
import { Failsafe } from "./parts/Failsafe";
import { type Studio, StudioContext } from "./studio";
import { theme, variables } from "./theme";

const session = new Session();
const queries = new QueryClient({
  defaultOptions: {
    queries: {
      retry: (failures, error) => error instanceof ApiProblem && error.isPassing && failures < 3,
      staleTime: 2000,
    },
  },
});

async function start(root: HTMLElement): Promise<void> {
  const [config] = await Promise.all([readConfig(), session.takeFromAddress(window.location)]);
  const studio: Studio = { api: connectApi(session), session, config };
  const tell = watchErrors(studio.api, session.isSignedIn);
  createRoot(root).render(
    <StrictMode>
      <MantineProvider theme={theme} cssVariablesResolver={variables} defaultColorScheme="auto">
        <Failsafe tell={tell}>
          <StudioContext value={studio}>
            <QueryClientProvider client={queries}>
              <BrowserRouter>
                <App />
              </BrowserRouter>
            </QueryClientProvider>
          </StudioContext>
        </Failsafe>
      </MantineProvider>
    </StrictMode>,
  );
}

const root = document.getElementById("root");
if (root) void start(root);
