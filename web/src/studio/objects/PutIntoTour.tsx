import { Anchor, Button, Group, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type Api, read, type SessionDetails } from "../../api/client";
import { type ObjectFiles, pathOf, plainName, WEB_MESH } from "../../objectView/files";
import { type Matrix, type Standing, seenFromFront, standingOf } from "../../objectView/standing";
import { strings } from "../../strings";
import { sendWhole } from "../../upload/whole";
import { hashOf } from "../../viewer/address";
import { ProblemNotice } from "../parts/ProblemNotice";
import { Section } from "../parts/Section";
import { useStudio } from "../studio";
import type { Build, BuiltObject } from "./build";
import { useObjectFiles } from "./useObjectFiles";

const words = strings.lifting;
const GLB = "model/gltf-binary";
const DEGREES = 180 / Math.PI;

type Lifted = BuiltObject & { readonly world_from_object?: Matrix | null };

interface Props {
  readonly session: Pick<SessionDetails, "session_id" | "project_id" | "tour_frame">;
  readonly build: Build;
}

/** The way back for objects that were lifted out of a tour: as things that stand in it. */
export function PutIntoTour({ session, build }: Props) {
  const { files } = useObjectFiles(session.session_id, build);
  const tourId = session.tour_frame?.tour_id;
  if (!tourId || !files) return null;
  return (
    <Section title={words.back}>
      <Text size="sm">{words.backText}</Text>
      <ul className="rows">
        {build.objects.map((one) => (
          <PutBack
            key={one.cutout_id}
            lifted={one}
            files={files}
            tourId={tourId}
            projectId={session.project_id}
          />
        ))}
      </ul>
    </Section>
  );
}

interface PutProps {
  readonly lifted: Lifted;
  readonly files: ObjectFiles;
  readonly tourId: string;
  readonly projectId: string;
}

function PutBack({ lifted, files, tourId, projectId }: PutProps) {
  const { api } = useStudio();
  const put = useMutation({
    mutationFn: async () => {
      const upload = await sendMesh(api, projectId, lifted, files);
      const standing = await placeOf(api, tourId, lifted);
      return addThing(api, tourId, lifted, standing, upload);
    },
  });
  return (
    <li>
      <Group justify="space-between">
        <Text>{lifted.name}</Text>
        {put.data ? (
          // A page of its own, without React: a whole navigation.
          <Anchor href={`/view/${tourId}${put.data}`}>{words.see}</Anchor>
        ) : (
          <Button
            variant="default"
            aria-label={words.putNamed(lifted.name)}
            loading={put.isPending}
            onClick={() => put.mutate()}
          >
            {words.put}
          </Button>
        )}
      </Group>
      {put.isSuccess && (
        <Text size="sm" role="status">
          {lifted.world_from_object ? words.stands : words.standsSomewhere}
        </Text>
      )}
      {put.error && <ProblemNotice error={put.error} />}
    </li>
  );
}

/** The tour keeps a copy of its own, whatever becomes of the session. */
async function sendMesh(api: Api, projectId: string, lifted: Lifted, files: ObjectFiles): Promise<string> {
  const path = pathOf(lifted, WEB_MESH);
  if (path === null) throw new Error(words.noMesh);
  const content = await files.fetch(path, new AbortController().signal);
  const file = new File([await content.blob()], `${plainName(lifted.name)}.glb`, { type: GLB });
  return sendWhole(api, projectId, file, GLB);
}

/** Where it was measured to stand; else where a visit of the tour looks first, to be moved from there. */
async function placeOf(api: Api, tour_id: string, lifted: Lifted): Promise<Standing> {
  if (lifted.world_from_object) return standingOf(lifted.world_from_object);
  const view = await read(api.GET("/v1/tours/{tour_id}/view", { params: { path: { tour_id } } }));
  const answer = await fetch(`${view.files_url}manifest.json`);
  const manifest: { start: { target: [number, number, number] } } = await answer.json();
  return { position: manifest.start.target, rotation_wxyz: [1, 0, 0, 0], scale: 1 };
}

/** Adds it, and answers with the address's hash that leads to where it is seen. */
async function addThing(
  api: Api,
  tour_id: string,
  { name, bounds_max }: Lifted,
  { position, rotation_wxyz, scale }: Standing,
  media_upload_id: string,
): Promise<string> {
  const from = seenFromFront({ position, rotation_wxyz, scale }, bounds_max[1]);
  const [x, y, z] = from.position;
  const yaw_deg = from.yaw * DEGREES;
  await read(
    api.POST("/v1/tours/{tour_id}/hotspots", {
      params: { path: { tour_id } },
      body: {
        title: name.slice(0, 120),
        text: "",
        position,
        placement: { rotation_wxyz, scale },
        seen_from: { position: [x, y, z], yaw_deg, pitch_deg: 0 },
        media_upload_id,
      },
    }),
  );
  return hashOf({ ...from, pitch: 0, roll: 0 });
}
