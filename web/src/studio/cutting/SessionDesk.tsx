import { Button, Progress, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { JobDetails, SessionDetails } from "../../api/client";
import { check, confirm } from "../../cutting/confirming";
import type { Desk } from "../../cutting/desks";
import { forgetPhoto, photoOf } from "../../cutting/kept";
import { openPhoto } from "../../cutting/photo";
import { embeddingOf, hasDecoder, loadConfirmed, loadPhoto } from "../../cutting/sessionFiles";
import { strings } from "../../strings";
import { Loading } from "../parts/Loading";
import { ProblemNotice } from "../parts/ProblemNotice";
import { useCutting, useStudio } from "../studio";
import { BuildDialog } from "./BuildDialog";
import { CuttingDesk } from "./CuttingDesk";
import { useDesk } from "./useDesk";

const words = strings.cutting;

/** A session's photo, to be cut: from this browser until the studio has read it, from there after that. */
export function SessionDesk({ session }: { session: SessionDetails }) {
  const local = useKeptPhoto(session.session_id);
  const { api } = useStudio();
  const { session_id, photo } = session;
  const fromStudio = photo ? () => loadPhoto(api, session_id) : null;
  const load = local.file ? () => openPhoto(local.file as File) : local.isKnown ? fromStudio : null;
  const { desk, error, again } = useDesk(session_id, load, () => loadConfirmed(api, session));
  useSameSize(session, desk, () => {
    local.forget();
    again();
  });
  useEmbedding(session, desk);
  if (error) return <ProblemNotice error={error} again={again} />;
  return (
    <Stack gap="md">
      {session.step === "encoding" && session.encode_job && (
        <Encoding job={session.encode_job} canCut={desk !== null} />
      )}
      {desk ? (
        <CuttingDesk editor={desk.editor} picture={desk.photo.picture} name={session.name}>
          <Confirm session={session} desk={desk} />
        </CuttingDesk>
      ) : (
        session.step !== "encoding" && <Loading />
      )}
    </Stack>
  );
}

/** The photo as this browser still has it; null where it has none, or is not known to have one yet. */
function useKeptPhoto(sessionId: string) {
  const { userId } = useCutting();
  const [{ isKnown, file }, setKept] = useState<{ isKnown: boolean; file: File | null }>(UNKNOWN);
  useEffect(() => {
    setKept(UNKNOWN);
    void photoOf(userId, sessionId).then((kept) => setKept({ isKnown: true, file: kept ?? null }));
  }, [userId, sessionId]);
  const forget = () => {
    void forgetPhoto(userId, sessionId);
    setKept({ isKnown: true, file: null });
  };
  return { isKnown, file, forget };
}

const UNKNOWN = { isKnown: false, file: null };

/** Where the studio's photo has another size than this browser's, the desk goes on with the studio's. */
function useSameSize({ session_id, photo }: SessionDetails, desk: Desk | null, again: () => void): void {
  const { desks } = useCutting();
  const [width, height] = [photo?.width_px, photo?.height_px];
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each desk and photo
  useEffect(() => {
    if (!desk || width === undefined || height === undefined) return;
    if (desk.photo.width !== width || desk.photo.height !== height) {
      void desks.close(session_id).then(again);
    }
  }, [desk, width, height]);
}

/** Lets a better model take over where the studio has one. The page's own goes on where that does not come. */
function useEmbedding({ session_id, photo }: SessionDetails, desk: Desk | null): void {
  const { api } = useStudio();
  const isThere = photo !== null && hasDecoder(photo);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each desk
  useEffect(() => {
    if (!desk || !photo || !isThere || desk.editor.state().isBetterModel) return;
    embeddingOf(api, session_id, photo)
      .then((embedding) => embedding && desk.editor.embed(embedding))
      .catch(() => undefined);
  }, [desk, isThere]);
}

function Encoding({ job, canCut }: { job: JobDetails; canCut: boolean }) {
  return (
    <Stack gap={4}>
      <Progress.Root size="sm" transitionDuration={300}>
        <Progress.Section value={job.percent} aria-label={words.photoProgress} />
      </Progress.Root>
      <Text size="sm" c="dimmed">
        {words.encoding}. {canCut && words.meanwhile}
      </Text>
    </Stack>
  );
}

/** When no mask is being made any more: until then something may look as if nothing were marked. */
function rested({ state, subscribe }: Desk["editor"]): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (state().isBusy) return;
      leave();
      resolve();
    };
    const leave = subscribe(look);
    look();
  });
}

/** Sends what is cut out; then it is asked how it is to be made. */
function Confirm({ session, desk }: { session: SessionDetails; desk: Desk }) {
  const { api } = useStudio();
  const [isAsking, setAsking] = useState(false);
  const { editor } = desk;
  const send = useMutation({
    mutationFn: async () => {
      await rested(editor);
      check(editor.layers);
      const known = session.cutouts.map(({ cutout_id }) => cutout_id);
      await confirm(api, session.session_id, editor.layers, editor.photo, known);
    },
    onSuccess: () => setAsking(true),
  });
  const isReady = session.photo !== null;
  return (
    <Stack gap="xs">
      <Button size="md" onClick={() => send.mutate()} loading={send.isPending} disabled={!isReady}>
        {words.confirm}
      </Button>
      {!isReady && (
        <Text size="sm" c="dimmed">
          {words.notYet}
        </Text>
      )}
      {send.error && <ProblemNotice error={send.error} />}
      {isAsking && <BuildDialog session={session} close={() => setAsking(false)} />}
    </Stack>
  );
}
