import { Stack, Text, VisuallyHidden } from "@mantine/core";
import {
  type CSSProperties,
  type ReactNode,
  useEffect,
  useId,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import { Board } from "../../cutting/board";
import type { Editor } from "../../cutting/editor";
import { wayInHistory } from "../../cutting/keys";
import { strings } from "../../strings";
import { CutoutList } from "./CutoutList";
import { Finish } from "./Finish";
import { ToolBar } from "./ToolBar";
import "./cutting.css";

const words = strings.cutting;

interface Props {
  readonly editor: Editor;
  readonly picture: HTMLCanvasElement;
  /** Of the photo. */
  readonly name: string;
  /** What comes after the list of objects. */
  readonly children?: ReactNode;
}

/** The photo with its tools, and the list of what is cut out of it. */
export function CuttingDesk({ editor, picture, name, children }: Props) {
  const state = useSyncExternalStore(editor.subscribe, editor.state);
  const [board, setBoard] = useState<Board | null>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const help = useId();
  useEffect(() => {
    if (canvas.current === null) return;
    const made = new Board(canvas.current, picture, editor);
    setBoard(made);
    return () => made.close();
  }, [editor, picture]);
  useHistoryKeys(editor);
  return (
    <div className="desk">
      <Stack gap="xs" className="desk-board">
        <ToolBar editor={editor} state={state} board={board} />
        {/* biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: it takes keys of its own, as an application does */}
        <canvas
          ref={canvas}
          className="desk-photo"
          style={{ "--shape": `${picture.width} / ${picture.height}` } as CSSProperties}
          tabIndex={0}
          role="application"
          aria-roledescription={words.roleOfPhoto}
          aria-label={words.photo(name)}
          aria-describedby={help}
        />
        <ModelLine state={state} />
        <details>
          <summary>{words.keys}</summary>
          <Text size="sm" c="dimmed" id={help}>
            {words.keysText}
          </Text>
        </details>
        <VisuallyHidden role="status">{state.said}</VisuallyHidden>
      </Stack>
      <Stack gap="lg">
        <CutoutList editor={editor} state={state} />
        <Finish editor={editor} state={state} />
        {children}
      </Stack>
    </div>
  );
}

/** What answers clicks now, or what is wrong with it. */
function ModelLine({ state }: { state: ReturnType<Editor["state"]> }) {
  const model = words.modelName(state.model);
  if (state.error) {
    return (
      <Text size="sm" role="alert">
        {words.noAnswer}. {words.noAnswerAdvice}
      </Text>
    );
  }
  const told = state.isBetterModel ? words.nowWith(model) : words.madeWith(model);
  return (
    <Text size="sm" c="dimmed" className="desk-model">
      {state.model === "" ? words.loadingModel : told}
      {state.isBusy && ` · ${words.thinking}`}
    </Text>
  );
}

/** Ctrl+Z wherever the focus is, but for fields, which have a history of their own. */
function useHistoryKeys(editor: Editor): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const way = wayInHistory(event);
      if (way === null || (event.target instanceof Element && event.target.closest("input, textarea")))
        return;
      editor[way]();
      event.preventDefault();
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, [editor]);
}
