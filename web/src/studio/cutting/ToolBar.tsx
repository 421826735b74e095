import { ActionIcon, Button, Group, SegmentedControl, Text } from "@mantine/core";
import type { ReactNode } from "react";
import type { Board } from "../../cutting/board";
import type { Editor, EditorState, Tool } from "../../cutting/editor";
import { KEY_OF } from "../../cutting/keys";
import { strings } from "../../strings";
import { FitIcon, MinusIcon, PlusIcon, RedoIcon, UndoIcon } from "../icons";

const words = strings.cutting;
const TOOLS: readonly Tool[] = ["click", "box", "brush", "eraser"];
const ZOOM = 1.5;

interface Props {
  readonly editor: Editor;
  readonly state: EditorState;
  readonly board: Board | null;
}

/** Which tool is in hand, the way back, and how near one looks. */
export function ToolBar({ editor, state, board }: Props) {
  return (
    <Group gap="xs" className="desk-tools">
      <SegmentedControl
        aria-label={words.tool}
        value={state.tool}
        onChange={(tool) => editor.setTool(tool as Tool)}
        data={TOOLS.map((tool) => ({
          value: tool,
          label: <span title={words.withKey(words.tools[tool], KEY_OF[tool])}>{words.tools[tool]}</span>,
        }))}
      />
      {state.tool === "click" && <ClickMeaning editor={editor} state={state} />}
      <Group gap={4} ml="auto">
        <ToolButton label={words.undo} act={() => editor.undo()} disabled={!state.canUndo}>
          <UndoIcon />
        </ToolButton>
        <ToolButton label={words.redo} act={() => editor.redo()} disabled={!state.canRedo}>
          <RedoIcon />
        </ToolButton>
        <ToolButton label={words.farther} act={() => board?.zoom(1 / ZOOM)}>
          <MinusIcon />
        </ToolButton>
        <ToolButton label={words.nearer} act={() => board?.zoom(ZOOM)}>
          <PlusIcon />
        </ToolButton>
        <ToolButton label={words.fit} act={() => board?.fit()}>
          <FitIcon />
        </ToolButton>
      </Group>
    </Group>
  );
}

/** For fingers, and for whoever has one button. */
function ClickMeaning({ editor, state }: Pick<Props, "editor" | "state">) {
  return (
    <Group gap={6} wrap="nowrap">
      <Text size="sm" c="dimmed" aria-hidden="true">
        {words.aClick}
      </Text>
      <SegmentedControl
        size="xs"
        aria-label={words.aClick}
        value={state.adds ? "adds" : "removes"}
        onChange={(value) => editor.setAdds(value === "adds")}
        data={[
          { value: "adds", label: words.adds },
          { value: "removes", label: words.removes },
        ]}
      />
    </Group>
  );
}

interface ToolButtonProps {
  readonly label: string;
  readonly act: () => void;
  readonly disabled?: boolean;
  readonly children: ReactNode;
}

export function ToolButton({ label, act, disabled = false, children }: ToolButtonProps) {
  return (
    <ActionIcon
      variant="default"
      size="lg"
      aria-label={label}
      title={label}
      // Not `disabled`, which would take the focus away from whoever has just pressed it.
      aria-disabled={disabled}
      onClick={() => !disabled && act()}
    >
      {children}
    </ActionIcon>
  );
}

/** A button with words, for what is done rarely. */
export function WordButton({ label, act }: { label: string; act: () => void }) {
  return (
    <Button variant="default" size="xs" onClick={act}>
      {label}
    </Button>
  );
}
