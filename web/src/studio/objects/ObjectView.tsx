import {
  Button,
  Group,
  NativeSelect,
  SegmentedControl,
  Stack,
  Text,
  useComputedColorScheme,
} from "@mantine/core";
import { useReducedMotion } from "@mantine/hooks";
import { useMemo, useRef, useState } from "react";
import type { SessionDetails } from "../../api/client";
import { type Appearance, type Form, firstAppearance } from "../../objectView/appearance";
import { plainName } from "../../objectView/files";
import { strings } from "../../strings";
import { Loading } from "../parts/Loading";
import { ProblemNotice } from "../parts/ProblemNotice";
import { ArLink } from "./ArLink";
import { BuildHistory } from "./BuildHistory";
import { type Build, type Seen, subjectsOf } from "./build";
import { DownloadList } from "./DownloadList";
import { LookPanel } from "./LookPanel";
import { type CanvasHandle, ObjectCanvas } from "./ObjectCanvas";
import { ObjectFacts } from "./ObjectFacts";
import { PutIntoTour } from "./PutIntoTour";
import "./objects.css";
import { useObjectFiles } from "./useObjectFiles";

const words = strings.objectView;

interface Props {
  readonly session: Pick<
    SessionDetails,
    "session_id" | "project_id" | "name" | "tour_frame" | "cutouts" | "build"
  >;
}

/** What was made of a photo, in 3D, and what was made before; nothing before the first build. */
export function ObjectView({ session }: Props) {
  const { build } = session;
  if (!build || build.objects.length === 0) return null;
  return (
    <Stack gap="xl">
      <BuildView key={`${build.job_id} ${build.attempt}`} session={session} build={build} />
      <PutIntoTour session={session} build={build} />
      <BuildHistory sessionId={session.session_id} jobId={build.job_id} />
    </Stack>
  );
}

function BuildView({ session, build }: Props & { readonly build: Build }) {
  const subjects = useMemo(() => subjectsOf(build, session.name), [build, session.name]);
  const [first] = subjects.keys();
  const [chosen, choose] = useState(first ?? "");
  const { files, error, again } = useObjectFiles(session.session_id, build);
  const { appearance, change } = useAppearance();
  const canvas = useRef<CanvasHandle>(null);
  const seen = subjects.get(chosen);
  if (error) return <ProblemNotice error={error} again={again} />;
  if (!files || !seen) return <Loading />;
  return (
    <section className="object-view" aria-label={words.title}>
      <div className="object-stage card">
        <ObjectCanvas seen={seen} files={files} appearance={appearance} handle={canvas} />
        <StageControls name={seen.subject.name} canvas={canvas} appearance={appearance} change={change} />
      </div>
      <Stack gap="lg" className="object-side">
        {subjects.size > 1 && <SubjectSelect subjects={subjects} chosen={chosen} choose={choose} />}
        <ObjectFacts seen={seen} />
        <ArLink seen={seen} files={files} canvas={canvas} />
        <LookPanel appearance={appearance} change={change} />
        <DownloadList subject={seen.subject} files={files} />
      </Stack>
    </section>
  );
}

function useAppearance() {
  const scheme = useComputedColorScheme();
  const isMotionReduced = useReducedMotion();
  const [changes, setChanges] = useState<Partial<Appearance>>({});
  const appearance = useMemo(
    () => ({
      ...firstAppearance("mesh", scheme === "dark"),
      ...changes,
      ...(isMotionReduced ? { isTurning: false } : {}),
    }),
    [changes, scheme, isMotionReduced],
  );
  return {
    appearance,
    change: (some: Partial<Appearance>) => setChanges((before) => ({ ...before, ...some })),
  };
}

interface SelectProps {
  readonly subjects: ReadonlyMap<string, Seen>;
  readonly chosen: string;
  readonly choose: (id: string) => void;
}

function SubjectSelect({ subjects, chosen, choose }: SelectProps) {
  const data = [...subjects].map(([value, { subject, objects }]) => ({
    value,
    label: objects.length > 1 ? words.all(objects.length) : subject.name,
  }));
  return (
    <NativeSelect
      label={words.what}
      data={data}
      value={chosen}
      onChange={(event) => choose(event.currentTarget.value)}
    />
  );
}

interface ControlsProps {
  readonly name: string;
  readonly canvas: { readonly current: CanvasHandle | null };
  readonly appearance: Appearance;
  readonly change: (some: Partial<Appearance>) => void;
}

/** What one does most, below the picture. */
function StageControls({ name, canvas, appearance, change }: ControlsProps) {
  const isMotionReduced = useReducedMotion();
  const [said, say] = useState("");
  const save = async () => {
    const picture = await canvas.current?.picture();
    if (!picture) return;
    saveAs(picture, `${plainName(name)}.png`);
    say(words.pictureSaved);
  };
  return (
    <Stack p="sm" gap="xs">
      <Group gap="xs">
        <SegmentedControl
          aria-label={words.form}
          data={[
            { value: "mesh", label: words.forms.mesh },
            { value: "splats", label: words.forms.splats },
          ]}
          value={appearance.form}
          onChange={(form) => change({ form: form as Form })}
        />
        <Button variant="default" onClick={() => canvas.current?.lookFromFront()}>
          {words.front}
        </Button>
        <Button variant="default" onClick={() => canvas.current?.lookAsAtFirst()}>
          {words.reset}
        </Button>
        {!isMotionReduced && (
          <Button
            variant={appearance.isTurning ? "filled" : "default"}
            aria-pressed={appearance.isTurning}
            onClick={() => change({ isTurning: !appearance.isTurning })}
          >
            {words.turntable}
          </Button>
        )}
        <Button variant="default" onClick={() => void save()}>
          {words.picture}
        </Button>
        {document.fullscreenEnabled && (
          <Button variant="default" onClick={() => canvas.current?.fillScreen()}>
            {words.fullScreen}
          </Button>
        )}
      </Group>
      <Text size="sm" c="dimmed">
        {words.help}
      </Text>
      <Text size="sm" role="status" className="object-said">
        {said}
      </Text>
    </Stack>
  );
}

function saveAs(content: Blob, name: string): void {
  const address = URL.createObjectURL(content);
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
