import { ActionIcon, Button, Group, Menu, Stack, Text, Title } from "@mantine/core";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { type ListedSession, read } from "../../api/client";
import { ago } from "../../formats";
import { strings } from "../../strings";
import { BoxIcon, DotsIcon } from "../icons";
import { SureDialog } from "../parts/FormDialog";
import { NameDialog } from "../parts/NameDialog";
import { ProblemNotice } from "../parts/ProblemNotice";
import { useStudio } from "../studio";
import "./objects.css";

const words = strings.sessions;
const GROWS_MS = 5000;
const AT_ONCE = 24;
/** In these, something happens without anybody's doing. */
const MOVING = new Set<ListedSession["step"]>(["encoding", "building"]);
const MOODS: Record<ListedSession["step"], "good" | "busy" | "bad" | "quiet"> = {
  encoding: "busy",
  cutting: "quiet",
  building: "busy",
  done: "good",
  failed: "bad",
};

/** The photos of a project that objects are made of; nothing where there are none. */
export function SessionList({ projectId, canChange }: { projectId: string; canChange: boolean }) {
  const sessions = useSessions(projectId);
  if (sessions.error) return <ProblemNotice error={sessions.error} again={() => void sessions.refetch()} />;
  if (!sessions.data?.length) return null;
  return (
    <Stack component="section" aria-label={words.title}>
      <Title order={2}>{words.title}</Title>
      <ul className="grid">
        {sessions.data.map((session) => (
          <SessionCard key={session.session_id} session={session} canChange={canChange} />
        ))}
      </ul>
      {sessions.hasNextPage && (
        <Button
          variant="default"
          onClick={() => void sessions.fetchNextPage()}
          loading={sessions.isFetchingNextPage}
        >
          {strings.more}
        </Button>
      )}
    </Stack>
  );
}

function useSessions(project_id: string) {
  const { api } = useStudio();
  return useInfiniteQuery({
    queryKey: ["sessions", project_id],
    queryFn: ({ pageParam: cursor }) => {
      const query = { project_id, limit: AT_ONCE, ...(cursor ? { cursor } : {}) };
      return read(api.GET("/v1/objects", { params: { query } }));
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.cursor ?? undefined,
    select: (data) => data.pages.flatMap((page) => page.sessions),
    refetchInterval: ({ state }) => {
      const all = state.data?.pages.flatMap((page) => page.sessions) ?? [];
      return all.some((one) => MOVING.has(one.step)) ? GROWS_MS : false;
    },
  });
}

function SessionCard({ session, canChange }: { session: ListedSession; canChange: boolean }) {
  const { session_id, name, step, objects, picture_url, created_at } = session;
  return (
    <li className="session-card">
      <Link className="card" to={`/objects/${session_id}`}>
        {picture_url ? (
          <img className="picture session-picture" src={picture_url} alt="" loading="lazy" />
        ) : (
          <span className="picture picture-none">
            <BoxIcon />
          </span>
        )}
        <Stack p="md" gap={2}>
          <Text fw={600} truncate pr={canChange ? "2.5rem" : 0}>
            {name}
          </Text>
          <Group justify="space-between" gap="xs">
            <span className="status" data-mood={MOODS[step]}>
              {step === "done" ? words.made(objects) : words.steps[step]}
            </span>
            <Text size="sm" c="dimmed">
              {ago(created_at)}
            </Text>
          </Group>
        </Stack>
      </Link>
      {canChange && <SessionMenu session={session} />}
    </li>
  );
}

function SessionMenu({ session }: { session: ListedSession }) {
  const [asking, setAsking] = useState<"rename" | "delete" | null>(null);
  const close = () => setAsking(null);
  return (
    <div className="session-menu">
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="default" size="lg" aria-label={words.menu(session.name)}>
            <DotsIcon />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => setAsking("rename")}>{words.rename}</Menu.Item>
          <Menu.Item onClick={() => setAsking("delete")} c="var(--mantine-color-error)">
            {words.delete}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {asking === "rename" && <RenameSession session={session} close={close} />}
      {asking === "delete" && <DeleteSession session={session} close={close} />}
    </div>
  );
}

interface AskProps {
  readonly session: ListedSession;
  readonly close: () => void;
}

function RenameSession({ session, close }: AskProps) {
  const { api } = useStudio();
  const queries = useQueryClient();
  const params = { path: { session_id: session.session_id } };
  const save = async (name: string) => {
    await read(api.PATCH("/v1/objects/{session_id}", { params, body: { name } }));
    void queries.invalidateQueries({ queryKey: ["sessions"] });
    close();
  };
  return <NameDialog title={words.rename} initial={session.name} close={close} save={save} />;
}

function DeleteSession({ session, close }: AskProps) {
  const { api } = useStudio();
  const queries = useQueryClient();
  const params = { path: { session_id: session.session_id } };
  const remove = useMutation({
    mutationFn: () => read(api.DELETE("/v1/objects/{session_id}", { params })),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ["sessions"] });
      close();
    },
  });
  return (
    <SureDialog title={words.deleteTitle(session.name)} close={close} action={remove} submit={words.delete}>
      {words.deleteText}
    </SureDialog>
  );
}
