import { timecode } from "../../formats";

/** A stretch of a video in seconds from its start, in a colour, with what a pointer on it is told. */
export interface Stretch {
  readonly start_s: number;
  readonly end_s: number;
  readonly colour: string;
  readonly says: string;
}

const WIDTH = 1000;
const LEAST_WIDTH = 4;

/**
 * A video from left to right: stretches over a ground that says how the rest is, with the time below its ends.
 * Marks lie below the stretches, in a row of their own.
 */
export function TimeStrip(props: {
  readonly length_s: number;
  readonly ground: string;
  readonly stretches: readonly Stretch[];
  readonly marks?: readonly Stretch[];
  readonly label: string;
}) {
  const { length_s, ground, stretches, marks = [], label } = props;
  const tall = marks.length > 0 ? 22 : 30;
  const place = (time_s: number) =>
    (WIDTH * Math.min(Math.max(time_s, 0), length_s)) / Math.max(length_s, 1e-3);
  const bar = ({ start_s, end_s, colour, says }: Stretch, top: number, height: number) => (
    <rect
      key={`${top} ${start_s} ${says}`}
      x={Math.min(place(start_s), WIDTH - LEAST_WIDTH)}
      y={top}
      width={Math.max(LEAST_WIDTH, place(end_s) - place(start_s))}
      height={height}
      fill={colour}
    >
      <title>{says}</title>
    </rect>
  );
  return (
    <figure className="timed">
      <svg
        className="strip"
        viewBox={`0 0 ${WIDTH} 40`}
        preserveAspectRatio="none"
        role="img"
        aria-label={label}
      >
        <rect x={0} y={5} width={WIDTH} height={tall} fill={ground} />
        {stretches.map((stretch) => bar(stretch, 5, tall))}
        {marks.map((mark) => bar(mark, 30, 6))}
      </svg>
      <figcaption>
        <span>{timecode(0)}</span>
        <span>{timecode(length_s)}</span>
      </figcaption>
    </figure>
  );
}
