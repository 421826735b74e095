import { Progress, Stack, Text } from "@mantine/core";
import { useEffect } from "react";
import { useNavigate } from "react-router";
import { type Draft, isDraft } from "../../cutting/drafts";
import { openPhoto } from "../../cutting/photo";
import { bytes } from "../../formats";
import { strings } from "../../strings";
import { Loading } from "../parts/Loading";
import { ProblemNotice } from "../parts/ProblemNotice";
import { useCutting } from "../studio";
import { CuttingDesk } from "./CuttingDesk";
import { useDesk } from "./useDesk";

const words = strings.cutting;

/** A photo that is still on its way: it can be cut already. */
export function DraftDesk({ draft }: { draft: Draft }) {
  const { desk, error } = useDesk(draft.id, () => openPhoto(draft.file));
  useGoToSession(draft);
  if (error) return <ProblemNotice error={error} />;
  return (
    <Stack gap="md">
      <DraftProgress draft={draft} />
      {desk ? (
        <CuttingDesk editor={desk.editor} picture={desk.photo.picture} name={draft.name} />
      ) : (
        <Loading />
      )}
    </Stack>
  );
}

/** Once it is a session, its address is the session's. */
function useGoToSession({ id, sessionId }: Draft): void {
  const { desks } = useCutting();
  const navigate = useNavigate();
  useEffect(() => {
    if (sessionId === null || !isDraft(id)) return;
    desks.rename(id, sessionId);
    void navigate(`/objects/${sessionId}`, { replace: true });
  }, [desks, id, sessionId, navigate]);
}

function DraftProgress({ draft }: { draft: Draft }) {
  const { drafts } = useCutting();
  if (draft.problem) return <ProblemNotice error={draft.problem} again={() => drafts.again(draft.id)} />;
  const percent = draft.file.size === 0 ? 0 : (100 * draft.sentBytes) / draft.file.size;
  return (
    <Stack gap={4}>
      <Progress.Root size="sm" transitionDuration={300}>
        <Progress.Section value={percent} aria-label={words.photoProgress} />
      </Progress.Root>
      <Text size="sm" c="dimmed">
        {words.phases[draft.phase]} · {strings.upload.of(bytes(draft.sentBytes), bytes(draft.file.size))}.{" "}
        {words.meanwhile}
      </Text>
    </Stack>
  );
}
