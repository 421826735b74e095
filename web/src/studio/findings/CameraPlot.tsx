import { Stack, Text } from "@mantine/core";
import { type KeyboardEvent, type PointerEvent, useEffect, useMemo, useRef, useState } from "react";
import { strings } from "../../strings";
import {
  type CameraFile,
  type Extent,
  extentOf,
  type Frustum,
  frustumsOf,
  seenFrom,
  type Vector,
  type View,
} from "./cameras";

const START: View = { yaw: 0.6, pitch: 0.7, zoom: 1 };
const EDGES = [
  [0, 1],
  [1, 2],
  [2, 3],
  [3, 0],
] as const;
const TURN = Math.PI / 24;
const TURNS: Record<string, readonly [number, number]> = {
  ArrowLeft: [TURN, 0],
  ArrowRight: [-TURN, 0],
  ArrowUp: [0, TURN],
  ArrowDown: [0, -TURN],
};
const ZOOMS: Record<string, number> = { "+": 1.2, "=": 1.2, "-": 1 / 1.2 };

/** The path of the camera and where it looked, to be turned around. */
export function CameraPlot({ file }: { file: CameraFile }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [view, setView] = useState(START);
  const extent = useMemo(() => extentOf(file), [file]);
  const frustums = useMemo(() => frustumsOf(file, extent.radius * 0.12), [file, extent]);

  useEffect(() => {
    const draw = () => {
      const element = canvas.current;
      const context = element?.getContext("2d");
      if (!element || !context) return;
      const scale = window.devicePixelRatio || 1;
      const width = element.clientWidth;
      const height = element.clientHeight;
      element.width = width * scale;
      element.height = height * scale;
      context.setTransform(scale, 0, 0, scale, width * scale * 0.5, height * scale * 0.5);
      const reach = reachOf(frustums, extent, width, height);
      const place = (point: Vector) => {
        const [x, y] = seenFrom(view, point, extent.middle, extent.radius);
        return [x * reach, y * reach] as const;
      };
      const style = getComputedStyle(element);
      context.strokeStyle = style.getPropertyValue("--quiet");
      context.lineWidth = 1;
      trace(
        context,
        frustums.map(({ centre }) => place(centre)),
      );
      context.strokeStyle = style.getPropertyValue("--busy");
      frustums.forEach(({ centre, corners }, index) => {
        context.globalAlpha = 0.35 + (0.65 * index) / Math.max(1, frustums.length - 1);
        const tip = place(centre);
        const seen = corners.map(place);
        for (const corner of seen) trace(context, [tip, corner]);
        for (const [from, to] of EDGES) trace(context, [seen[from], seen[to]]);
      });
      context.globalAlpha = 1;
    };
    draw();
    const sized = new ResizeObserver(draw);
    if (canvas.current) sized.observe(canvas.current);
    const scheme = new MutationObserver(draw);
    scheme.observe(document.documentElement, { attributes: true });
    return () => {
      sized.disconnect();
      scheme.disconnect();
    };
  }, [view, frustums, extent]);

  const turn = (yaw: number, pitch: number) =>
    setView((now) => ({
      ...now,
      yaw: now.yaw + yaw,
      pitch: Math.max(-Math.PI / 2, Math.min(Math.PI / 2, now.pitch + pitch)),
    }));
  const zoom = (factor: number) =>
    setView((now) => ({ ...now, zoom: Math.max(0.4, Math.min(12, now.zoom * factor)) }));
  useWheel(canvas, zoom);
  const drag = (event: PointerEvent) => {
    if (event.buttons !== 1) return;
    turn(-event.movementX * 0.008, event.movementY * 0.008);
  };
  const press = (event: KeyboardEvent) => {
    const turned = TURNS[event.key];
    const zoomed = ZOOMS[event.key];
    if (!turned && !zoomed) return;
    event.preventDefault();
    if (turned) turn(...turned);
    if (zoomed) zoom(zoomed);
  };
  return (
    <Stack gap={4}>
      <canvas
        ref={canvas}
        className="plot"
        role="img"
        tabIndex={0}
        aria-label={strings.poses.plot(frustums.length)}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={drag}
        onKeyDown={press}
      />
      <Text size="sm" c="dimmed">
        {strings.poses.plotHelp}
      </Text>
    </Stack>
  );
}

/** Pixels of one radius, so that all cameras fill the drawing as it is seen at first. */
function reachOf(frustums: readonly Frustum[], extent: Extent, width: number, height: number): number {
  const seen = frustums.map(({ centre }) => seenFrom(START, centre, extent.middle, extent.radius));
  const across = Math.max(0.25, ...seen.map(([x]) => Math.abs(x)));
  const up = Math.max(0.25, ...seen.map(([, y]) => Math.abs(y)));
  return 0.4 * Math.min(width / across, height / up);
}

/** Zooming by wheel, without scrolling the page meanwhile: React's own wheel events can't stop that. */
function useWheel(canvas: React.RefObject<HTMLCanvasElement | null>, zoom: (factor: number) => void): void {
  const latest = useRef(zoom);
  useEffect(() => {
    latest.current = zoom;
  });
  useEffect(() => {
    const element = canvas.current;
    const turned = (event: WheelEvent) => {
      event.preventDefault();
      latest.current(Math.exp(-event.deltaY * 0.0015));
    };
    element?.addEventListener("wheel", turned, { passive: false });
    return () => element?.removeEventListener("wheel", turned);
  }, [canvas]);
}

function trace(
  context: CanvasRenderingContext2D,
  points: readonly (readonly [number, number] | undefined)[],
): void {
  context.beginPath();
  for (const point of points) if (point) context.lineTo(...point);
  context.stroke();
}
