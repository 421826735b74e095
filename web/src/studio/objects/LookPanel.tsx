import { Checkbox, SegmentedControl, Slider, Stack, Text } from "@mantine/core";
import { useId } from "react";
import { type Appearance, type Backdrop, type Light, POINT_SIZES } from "../../objectView/appearance";
import { strings } from "../../strings";

const words = strings.objectView.look;

interface Props {
  readonly appearance: Appearance;
  readonly change: (some: Partial<Appearance>) => void;
}

/** Light and style. What the chosen form has no use for is not offered. */
export function LookPanel({ appearance, change }: Props) {
  const backdrop = useId();
  return (
    <details className="object-look">
      <summary>{words.title}</summary>
      <Stack gap="md" pt="sm">
        {appearance.form === "mesh" ? (
          <MeshLook appearance={appearance} change={change} />
        ) : (
          <SplatLook appearance={appearance} change={change} />
        )}
        <Stack gap={4}>
          <Text size="sm" fw={500} id={backdrop}>
            {words.backdrop}
          </Text>
          <SegmentedControl
            aria-labelledby={backdrop}
            data={Object.entries(words.backdrops).map(([value, label]) => ({ value, label }))}
            value={appearance.backdrop}
            onChange={(value) => change({ backdrop: value as Backdrop })}
          />
        </Stack>
      </Stack>
    </details>
  );
}

function MeshLook({ appearance, change }: Props) {
  const { light } = appearance;
  const relight = (some: Partial<Light>) => change({ light: { ...light, ...some } });
  return (
    <>
      <Named
        label={words.around}
        said={words.degrees(light.around_deg)}
        value={light.around_deg}
        from={-180}
        to={180}
        step={5}
        set={(around_deg) => relight({ around_deg })}
      />
      <Named
        label={words.above}
        said={words.degrees(light.above_deg)}
        value={light.above_deg}
        from={-90}
        to={90}
        step={5}
        set={(above_deg) => relight({ above_deg })}
      />
      <Named
        label={words.strength}
        said={words.percent(light.strength)}
        value={light.strength}
        from={0}
        to={2}
        step={0.1}
        set={(strength) => relight({ strength })}
      />
      <Checkbox
        label={words.surroundings}
        checked={appearance.hasSurroundings}
        onChange={(event) => change({ hasSurroundings: event.currentTarget.checked })}
      />
      <Checkbox
        label={words.wireframe}
        checked={appearance.isWireframe}
        onChange={(event) => change({ isWireframe: event.currentTarget.checked })}
      />
    </>
  );
}

function SplatLook({ appearance, change }: Props) {
  const { pointSize } = appearance;
  return (
    <>
      <Text size="sm" c="dimmed">
        {words.ownLight}
      </Text>
      <Checkbox
        label={words.points}
        checked={pointSize !== null}
        onChange={(event) => change({ pointSize: event.currentTarget.checked ? POINT_SIZES.first : null })}
      />
      {pointSize !== null && (
        <Named
          label={words.pointSize}
          said={words.thousandths(pointSize)}
          value={pointSize}
          from={POINT_SIZES.least}
          to={POINT_SIZES.most}
          step={1}
          set={(size) => change({ pointSize: size })}
        />
      )}
    </>
  );
}

interface NamedProps {
  readonly label: string;
  /** The value as one says it. */
  readonly said: string;
  readonly value: number;
  readonly from: number;
  readonly to: number;
  readonly step: number;
  readonly set: (value: number) => void;
}

/** A slider with its name and its value. */
function Named({ label, said, value, from, to, step, set }: NamedProps) {
  return (
    <Stack gap={4}>
      <Text size="sm" fw={500}>
        {label}: {said}
      </Text>
      <Slider
        thumbLabel={label}
        thumbProps={{ "aria-valuetext": said }}
        value={value}
        min={from}
        max={to}
        step={step}
        label={null}
        onChange={set}
      />
    </Stack>
  );
}
