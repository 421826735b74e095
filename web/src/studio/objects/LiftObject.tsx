import { Button, SimpleGrid, Stack, Text, UnstyledButton } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type CSSProperties, useState } from "react";
import { useNavigate } from "react-router";
import { type JobDetails, read } from "../../api/client";
import { asProblem } from "../../api/problem";
import { strings } from "../../strings";
import { Dialog } from "../parts/Dialog";
import { Loading } from "../parts/Loading";
import { ProblemNotice } from "../parts/ProblemNotice";
import { useStudio } from "../studio";
import "./objects.css";

const words = strings.lifting;
const AT_ONCE = 24;

/** From a finished tour to one of its photos, and from there to an object of its own. */
export function LiftObject({ job }: { job: JobDetails }) {
  const [isChoosing, setChoosing] = useState(false);
  return (
    <>
      <Button variant="default" onClick={() => setChoosing(true)}>
        {words.lift}
      </Button>
      {isChoosing && (
        <Dialog title={words.title} size="xl" close={() => setChoosing(false)}>
          <FrameChoice tourId={job.subject_id} projectId={job.project_id} />
        </Dialog>
      )}
    </>
  );
}

function FrameChoice({ tourId, projectId }: { tourId: string; projectId: string }) {
  const { api } = useStudio();
  const navigate = useNavigate();
  const [shown, setShown] = useState(AT_ONCE);
  const tour = useQuery({
    queryKey: ["frames", tourId],
    queryFn: () => read(api.GET("/v1/tours/{tour_id}/frames", { params: { path: { tour_id: tourId } } })),
    staleTime: 5 * 60_000,
    retry: false,
  });
  const start = useMutation({
    mutationFn: (frame: string) => {
      const body = { project_id: projectId, tour_frame: { tour_id: tourId, frame } };
      return read(api.POST("/v1/objects", { body }));
    },
    onSuccess: (session) => void navigate(`/objects/${session.session_id}`),
  });
  if (tour.error && asProblem(tour.error).code === "no_frames") return <Text>{words.none}</Text>;
  if (tour.error) return <ProblemNotice error={tour.error} again={() => void tour.refetch()} />;
  if (!tour.data) return <Loading />;
  return (
    <Stack>
      <Text>{words.text}</Text>
      {start.error && <ProblemNotice error={start.error} />}
      <SimpleGrid cols={{ base: 2, sm: 3 }} spacing="xs">
        {evenly(tour.data.frames, shown).map((frame) => (
          <UnstyledButton
            key={frame.name}
            className="frame-choice"
            style={{ "--shape": `${frame.width_px} / ${frame.height_px}` } as CSSProperties}
            aria-label={words.frame(frame.name)}
            disabled={start.isPending}
            onClick={() => start.mutate(frame.name)}
          >
            <img src={frame.picture_url} alt="" loading="lazy" />
          </UnstyledButton>
        ))}
      </SimpleGrid>
      {shown < tour.data.frames.length && (
        <Button variant="default" onClick={() => setShown(shown * 2)}>
          {words.more}
        </Button>
      )}
    </Stack>
  );
}

/** So many of them, from the first to the last at even steps. */
function evenly<One>(all: readonly One[], count: number): readonly One[] {
  if (all.length <= count) return all;
  return all.filter(
    (_, index) => Math.floor((index * count) / all.length) !== Math.floor(((index - 1) * count) / all.length),
  );
}
