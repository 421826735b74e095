import { createContext, useContext, useSyncExternalStore } from "react";
import type { Api } from "../api/client";
import type { Session } from "../api/session";
import type { Config } from "../config";
import type { Desks } from "../cutting/desks";
import type { Draft, Drafts } from "../cutting/drafts";
import type { Transfer, Transfers } from "../upload/transfers";

/** What every page stands on. */
export interface Studio {
  readonly api: Api;
  readonly session: Session;
  readonly config: Config;
}

export const StudioContext = createContext<Studio | null>(null);
export const TransfersContext = createContext<Transfers | null>(null);

/** Cutting photos: those on their way to a session, and the editors that are open. */
export interface Cutting {
  readonly userId: string;
  readonly drafts: Drafts;
  readonly desks: Desks;
}

export const CuttingContext = createContext<Cutting | null>(null);

export function useStudio(): Studio {
  const studio = useContext(StudioContext);
  if (studio === null) throw new Error("no studio around this part");
  return studio;
}

export function useSignedIn(): boolean {
  const { session } = useStudio();
  return useSyncExternalStore(session.subscribe, session.isSignedIn);
}

export function useTransfers(): Transfers {
  const transfers = useContext(TransfersContext);
  if (transfers === null) throw new Error("nobody is signed in around this part");
  return transfers;
}

/** What is on its way into a project. */
export function useTransferList(): readonly Transfer[] {
  const transfers = useTransfers();
  return useSyncExternalStore(transfers.subscribe, transfers.list);
}

export function useCutting(): Cutting {
  const cutting = useContext(CuttingContext);
  if (cutting === null) throw new Error("nobody is signed in around this part");
  return cutting;
}

/** The photos that are not sessions yet. */
export function useDrafts(): readonly Draft[] {
  const { drafts } = useCutting();
  return useSyncExternalStore(drafts.subscribe, drafts.list);
}
