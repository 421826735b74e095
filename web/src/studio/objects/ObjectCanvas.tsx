import { Button, Text } from "@mantine/core";
import { type RefObject, useEffect, useImperativeHandle, useRef, useState } from "react";
import { boundsOf } from "../../objectView/aim";
import type { Appearance } from "../../objectView/appearance";
import { type ObjectFiles, pathOf, SPLATS, WEB_MESH } from "../../objectView/files";
import type { Showcase } from "../../objectView/showcase";
import { strings } from "../../strings";
import { ViewerProblem } from "../../viewer/problem";
import { Loading } from "../parts/Loading";
import { extentsOf, type Seen } from "./build";

const words = strings.objectView;

export interface CanvasHandle {
  lookFromFront(): void;
  lookAsAtFirst(): void;
  picture(): Promise<Blob | null>;
  fillScreen(): void;
  /** Throws where that can't be, or is not allowed. */
  standInRoom(): Promise<void>;
}

type State = "loading" | "shown" | "lost" | "missing" | "noWebGl";

interface Props {
  readonly seen: Seen;
  readonly files: ObjectFiles;
  readonly appearance: Appearance;
  readonly handle: RefObject<CanvasHandle | null>;
}

/** The canvas and what it says of itself. The engine comes when there is something to show. */
export function ObjectCanvas({ seen, files, appearance, handle }: Props) {
  const home = useRef<HTMLDivElement>(null);
  const showcase = useShowcase(home, seen, appearance);
  const [tries, setTries] = useState(0);
  const content = useContent(showcase.shown, seen, files, appearance.form, tries);
  useEffect(() => showcase.shown?.apply(appearance), [showcase.shown, appearance]);
  useEffect(() => showcase.shown?.turnTo(boundsOf(seen.standing)), [showcase.shown, seen]);
  useImperativeHandle(handle, () => ({
    lookFromFront: () => showcase.shown?.lookFromFront(),
    lookAsAtFirst: () => showcase.shown?.lookAsAtFirst(),
    picture: () => showcase.shown?.picture() ?? Promise.resolve(null),
    standInRoom: async () => {
      await showcase.shown?.standInRoom(extentsOf(seen) !== null, words.room, () => undefined);
    },
    fillScreen: () => void home.current?.requestFullscreen?.().catch(() => undefined),
  }));
  const state: State = showcase.problem ?? content;
  return (
    <div className="showcase" ref={home} data-state={state} data-form={appearance.form}>
      {state === "loading" && (
        <div className="showcase-said">
          <Loading />
        </div>
      )}
      {state !== "loading" && state !== "shown" && (
        <div className="showcase-said notice" role="alert" data-mood="bad">
          <Text>{words.states[state]}</Text>
          {state === "missing" && (
            <Button size="xs" mt="xs" variant="default" onClick={() => setTries(tries + 1)}>
              {strings.problems.again}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}

/** The engine on a canvas of its own in `home`, as long as this part is on the page. */
function useShowcase(home: RefObject<HTMLDivElement | null>, seen: Seen, appearance: Appearance) {
  const [shown, setShown] = useState<Showcase | null>(null);
  const [problem, setProblem] = useState<"lost" | "noWebGl" | null>(null);
  const first = useRef({ seen, appearance });
  useEffect(() => {
    let made: Showcase | null = null;
    let isOver = false;
    const make = async () => {
      const { Showcase } = await import("../../objectView/showcase");
      if (isOver || !home.current) return;
      const bounds = boundsOf(first.current.seen.standing);
      made = new Showcase(home.current, bounds, first.current.appearance, words, {
        onLost: (isLost) => setProblem(isLost ? "lost" : null),
      });
      setShown(made);
    };
    make().catch((error: unknown) => {
      if (!(error instanceof ViewerProblem)) throw error;
      setProblem("noWebGl");
    });
    return () => {
      isOver = true;
      made?.close();
      setShown(null);
    };
  }, [home]);
  return { shown, problem };
}

/** Brings what is asked for onto the canvas; until then, what was there stays. */
function useContent(
  showcase: Showcase | null,
  seen: Seen,
  files: ObjectFiles,
  form: Appearance["form"],
  tries: number,
): "loading" | "shown" | "missing" {
  const path = pathOf(seen.subject, form === "mesh" ? WEB_MESH : SPLATS);
  const [settled, setSettled] = useState<{ readonly what: string; readonly isThere: boolean } | null>(null);
  const what = `${tries} ${path}`;
  useEffect(() => {
    if (!showcase || path === null) return;
    const leaving = new AbortController();
    const settle = (isThere: boolean) => !leaving.signal.aborted && setSettled({ what, isThere });
    const bring = async () => {
      const content = await files.fetch(path, leaving.signal);
      await (form === "mesh" ? showcase.showMesh(path, content) : showcase.showSplats(path, content));
      settle(true);
    };
    bring().catch(() => settle(false));
    return () => leaving.abort();
  }, [showcase, files, form, path, what]);
  if (path === null) return "missing";
  if (settled?.what !== what) return "loading";
  return settled.isThere ? "shown" : "missing";
}
