import { Group, Slider, Stack, Text } from "@mantine/core";
import { chosenOf } from "../../cutting/drawing";
import { BRUSH_RADIUS, type Editor, type EditorState } from "../../cutting/editor";
import { strings } from "../../strings";
import { WordButton } from "./ToolBar";

const words = strings.cutting;

interface Props {
  readonly editor: Editor;
  readonly state: EditorState;
}

/** What is done to a mask as a whole, and how it looks. */
export function Finish({ editor, state }: Props) {
  const { threshold } = chosenOf(state.drawing);
  const isPainting = state.tool === "brush" || state.tool === "eraser";
  return (
    <Stack gap="sm">
      {isPainting && (
        <LabelledSlider
          label={words.brushSize}
          value={state.brushRadius}
          min={BRUSH_RADIUS.least}
          max={BRUSH_RADIUS.most}
          change={(radius) => editor.setBrushRadius(radius)}
          shown={(radius) => `${2 * radius}`}
        />
      )}
      <LabelledSlider
        label={words.threshold}
        value={threshold}
        min={5}
        max={250}
        change={(value) => editor.setThreshold(value)}
        end={() => editor.endGesture()}
        shown={(value) => strings.units.percent((100 * value) / 255)}
      />
      <LabelledSlider
        label={words.opacity}
        value={Math.round(100 * state.opacity)}
        min={0}
        max={100}
        change={(percent) => editor.setOpacity(percent / 100)}
        shown={(percent) => strings.units.percent(percent)}
      />
      <Group gap="xs">
        <WordButton label={words.invert} act={() => editor.invert()} />
        <WordButton label={words.reset} act={() => editor.reset()} />
      </Group>
    </Stack>
  );
}

interface SliderProps {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly change: (value: number) => void;
  readonly end?: () => void;
  readonly shown: (value: number) => string;
}

function LabelledSlider({ label, value, min, max, change, end, shown }: SliderProps) {
  return (
    <div>
      <Group justify="space-between">
        <Text size="sm" fw={500}>
          {label}
        </Text>
        <Text size="sm" c="dimmed">
          {shown(value)}
        </Text>
      </Group>
      <Slider
        thumbLabel={label}
        value={value}
        min={min}
        max={max}
        label={null}
        onChange={change}
        onChangeEnd={() => end?.()}
      />
    </div>
  );
}
