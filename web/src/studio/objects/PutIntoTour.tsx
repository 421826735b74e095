import { Anchor, Button, Group, Text } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type Api, read, type SessionDetails } from "../../api/client";
import type { ObjectFiles } from "../../objectView/files";
import { boxOf, type FrameCamera, type MaskBox, onFloor } from "../../objectView/onFloor";
import { meshOf, thingOf } from "../../objectView/putBack";
import {
  type Sight,
  type Standing,
  seenFromCamera,
  seenFromFront,
  standingOf,
} from "../../objectView/standing";
import { strings } from "../../strings";
import { sendWhole } from "../../upload/whole";
import { hashOf } from "../../viewer/address";
import { readManifest } from "../../viewer/manifest";
import { placeOf as placeIn } from "../../viewer/place";
import { ProblemNotice } from "../parts/ProblemNotice";
import { Section } from "../parts/Section";
import { useStudio } from "../studio";
import type { Build, BuiltObject } from "./build";
import { useObjectFiles } from "./useObjectFiles";

const words = strings.lifting;
const GLB = "model/gltf-binary";
const DEGREES = 180 / Math.PI;

interface Props {
  readonly session: LiftedFrom;
  readonly build: Build;
}

type LiftedFrom = Pick<SessionDetails, "session_id" | "project_id" | "tour_frame" | "cutouts">;

/** The way back for objects that were lifted out of a tour: as things that stand in it. */
export function PutIntoTour({ session, build }: Props) {
  const { files } = useObjectFiles(session.session_id, build);
  if (!session.tour_frame || !files) return null;
  return (
    <Section title={words.back}>
      <Text size="sm">{words.backText}</Text>
      <ul className="rows">
        {build.objects.map((one) => (
          <PutBack key={one.cutout_id} lifted={one} files={files} session={session} />
        ))}
      </ul>
    </Section>
  );
}

interface PutProps {
  readonly lifted: BuiltObject;
  readonly files: ObjectFiles;
  readonly session: LiftedFrom;
}

function PutBack({ lifted, files, session }: PutProps) {
  const { api } = useStudio();
  const tourId = session.tour_frame?.tour_id ?? "";
  const things = useQuery({
    queryKey: ["hotspots", tourId],
    queryFn: () => read(api.GET("/v1/tours/{tour_id}/hotspots", { params: { path: { tour_id: tourId } } })),
    retry: false,
  });
  const before = thingOf(lifted, things.data?.hotspots ?? []);
  const put = useMutation({
    mutationFn: async () => {
      const upload = await sendMesh(api, session.project_id, lifted, files);
      const camera = await cameraOf(api, session);
      const standing = await placeOf(api, session, lifted, camera);
      return addThing(api, tourId, lifted, { standing, from: sightOf(lifted, standing, camera) }, upload);
    },
  });
  const seenAt = put.data ?? (before && leadingTo(before.seen_from));
  return (
    <li>
      <Group justify="space-between">
        <Text>{lifted.name}</Text>
        {seenAt ? (
          // A page of its own, without React: a whole navigation.
          <Anchor href={`/view/${tourId}${seenAt}`}>{words.see}</Anchor>
        ) : (
          <Button
            variant="default"
            aria-label={words.putNamed(lifted.name)}
            loading={put.isPending || things.isPending}
            onClick={() => put.mutate()}
          >
            {words.put}
          </Button>
        )}
      </Group>
      {put.isSuccess && (
        <Text size="sm" role="status">
          {lifted.world_from_object ? words.stands : words.standsOnFloor}
        </Text>
      )}
      {before && !put.isSuccess && <Text size="sm">{words.wasPut}</Text>}
      {put.error && <ProblemNotice error={put.error} />}
    </li>
  );
}

/** The address's hash from which a thing that is in the tour is seen. */
function leadingTo({ position: [x = 0, y = 0, z = 0], yaw_deg, pitch_deg }: SeenFrom): string {
  return hashOf({ position: [x, y, z], yaw: yaw_deg / DEGREES, pitch: pitch_deg / DEGREES, roll: 0 });
}

interface SeenFrom {
  readonly position: readonly number[];
  readonly yaw_deg: number;
  readonly pitch_deg: number;
}

/** The tour keeps a copy of its own, whatever becomes of the session. */
async function sendMesh(
  api: Api,
  projectId: string,
  lifted: BuiltObject,
  files: ObjectFiles,
): Promise<string> {
  const mesh = meshOf(lifted);
  if (mesh === null) throw new Error(words.noMesh);
  const content = await files.fetch(mesh.path, new AbortController().signal);
  const file = new File([await content.blob()], mesh.name, { type: GLB });
  return sendWhole(api, projectId, file, GLB);
}

/** The camera of the photo it was lifted out of; null where the tour does not have that photo any more. */
async function cameraOf(api: Api, { tour_frame }: LiftedFrom): Promise<FrameCamera | null> {
  const params = { path: { tour_id: tour_frame?.tour_id ?? "" } };
  const { data } = await api.GET("/v1/tours/{tour_id}/frames", { params });
  return data?.frames.find(({ name }) => name === tour_frame?.frame) ?? null;
}

function sightOf({ bounds_max }: BuiltObject, standing: Standing, camera: FrameCamera | null): Sight {
  return camera
    ? seenFromCamera(camera.world_from_camera, standing, bounds_max[1])
    : seenFromFront(standing, bounds_max[1]);
}

/** Where it was measured to stand; else on the tour's floor, where its frame shows it. */
async function placeOf(
  api: Api,
  session: LiftedFrom,
  lifted: BuiltObject,
  camera: FrameCamera | null,
): Promise<Standing> {
  if (lifted.world_from_object) return standingOf(lifted.world_from_object);
  const params = { path: { tour_id: session.tour_frame?.tour_id ?? "" } };
  const [tour, box] = await Promise.all([
    read(api.GET("/v1/tours/{tour_id}/view", { params })),
    boxOfMask(api, session, lifted.cutout_id),
  ]);
  if (!camera || !box) throw new Error(words.noPlace);
  const place = placeIn(readManifest(await (await fetch(`${tour.files_url}manifest.json`)).json()));
  const { bounds_min, bounds_max } = lifted;
  return onFloor(camera, box, place.floor, bounds_max[1] - bounds_min[1], place.size);
}

/** Where the object is in the session's photo; null where its mask was not kept. */
async function boxOfMask(api: Api, session: LiftedFrom, cutoutId: string): Promise<MaskBox | null> {
  const mask = session.cutouts.find((one) => one.cutout_id === cutoutId)?.mask;
  if (!mask) return null;
  const params = { path: { session_id: session.session_id } };
  const { files_url } = await read(api.GET("/v1/objects/{session_id}/view", { params }));
  const picture = await createImageBitmap(await (await fetch(files_url + mask)).blob());
  const { width, height } = picture;
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context?.drawImage(picture, 0, 0);
  const { data = new Uint8ClampedArray() } = context?.getImageData(0, 0, width, height) ?? {};
  return boxOf(
    data.filter((_, index) => index % 4 === 0),
    width,
  );
}

/** Adds it, and answers with the address's hash that leads to where it is seen. */
async function addThing(
  api: Api,
  tour_id: string,
  { name }: BuiltObject,
  { standing, from }: { readonly standing: Standing; readonly from: Sight },
  media_upload_id: string,
): Promise<string> {
  const { position, rotation_wxyz, scale } = standing;
  const [x, y, z] = from.position;
  const [yaw_deg, pitch_deg] = [from.yaw * DEGREES, from.pitch * DEGREES];
  await read(
    api.POST("/v1/tours/{tour_id}/hotspots", {
      params: { path: { tour_id } },
      body: {
        title: name.slice(0, 120),
        text: "",
        position,
        placement: { rotation_wxyz, scale },
        seen_from: { position: [x, y, z], yaw_deg, pitch_deg },
        media_upload_id,
      },
    }),
  );
  return hashOf({ ...from, roll: 0 });
}
