import { Stack, Text } from "@mantine/core";
import { count } from "../../formats";
import { strings } from "../../strings";
import { Facts } from "../findings/Facts";
import { extentsOf, type Seen } from "./build";

const words = strings.objectView;

/** What made it, and how much of it there is. */
export function ObjectFacts({ seen }: { seen: Seen }) {
  const { objects } = seen;
  const sum = (of: (one: Seen["objects"][number]) => number) =>
    count(objects.reduce((all, one) => all + of(one), 0));
  const extents = extentsOf(seen);
  return (
    <Stack gap="sm">
      <Origin seen={seen} />
      <Facts
        facts={[
          [words.facts.size, extents ? words.metres(extents) : words.unknownSize],
          [words.facts.splats, sum((one) => one.splats)],
          [words.facts.webFaces, sum((one) => one.web_faces)],
          [words.facts.faces, sum((one) => one.faces)],
          [words.facts.vertices, sum((one) => one.vertices)],
          [
            words.facts.watertight,
            objects.every((one) => one.is_watertight) ? words.facts.yes : words.facts.no,
          ],
        ]}
      />
    </Stack>
  );
}

function Origin({ seen: { objects } }: { seen: Seen }) {
  const [first] = objects;
  if (!first) return null;
  const isEstimated = objects.some((one) => one.is_estimated);
  const shape = words.shapes[first.shape ?? ""];
  return (
    <div className="notice" data-mood={isEstimated ? "busy" : undefined}>
      {isEstimated && <Text fw={600}>{words.estimated}</Text>}
      <Text size="sm">{isEstimated ? words.estimatedText : words.seenByModel}</Text>
      <Text size="sm" c="dimmed">
        {[words.madeBy(words.models[first.model] ?? first.model), objects.length === 1 && shape]
          .filter(Boolean)
          .join(" · ")}
      </Text>
      {objects.length === 1 && first.how && <Text size="sm">{first.how}</Text>}
    </div>
  );
}
