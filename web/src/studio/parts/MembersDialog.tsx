import { ActionIcon, Button, Group, NativeSelect, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useNavigate } from "react-router";
import { type Member, type Project, read } from "../../api/client";
import { strings } from "../../strings";
import { CrossIcon } from "../icons";
import { useStudio } from "../studio";
import { Dialog } from "./Dialog";
import { Loading } from "./Loading";
import { ProblemNotice } from "./ProblemNotice";

const words = strings.members;
const ROLES = (["collaborator", "viewer"] as const).map((value) => ({
  value,
  label: words.roles[value] ?? value,
}));
type MemberRole = (typeof ROLES)[number]["value"];

interface Props {
  readonly project: Project;
  readonly close: () => void;
}

/** Who is in a project. Its owner invites, gives roles and removes; others may leave. */
export function MembersDialog({ project, close }: Props) {
  const { api } = useStudio();
  const params = { path: { project_id: project.project_id } };
  const members = useQuery({
    queryKey: ["members", project.project_id],
    queryFn: () => read(api.GET("/v1/projects/{project_id}/members", { params })),
  });
  const isOwner = project.role === "owner";
  return (
    <Dialog close={close} title={words.title} size="lg">
      <Stack>
        {members.isPending && <Loading />}
        {members.error && <ProblemNotice error={members.error} again={() => void members.refetch()} />}
        <ul className="rows">
          {members.data?.members.map((member) => (
            <MemberRow key={member.member_id} member={member} project={project} isOwner={isOwner} />
          ))}
        </ul>
        {isOwner ? <Invite project={project} /> : <Leave project={project} />}
      </Stack>
    </Dialog>
  );
}

function useAgain(projectId: string) {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey: ["members", projectId] });
}

function MemberRow(props: { member: Member; project: Project; isOwner: boolean }) {
  const { member, project, isOwner } = props;
  const { api } = useStudio();
  const again = useAgain(project.project_id);
  const params = { path: { project_id: project.project_id, member_id: member.member_id } };
  const change = useMutation({
    mutationFn: (role: MemberRole) =>
      read(api.PATCH("/v1/projects/{project_id}/members/{member_id}", { params, body: { role } })),
    onSettled: again,
  });
  const remove = useMutation({
    mutationFn: () => read(api.DELETE("/v1/projects/{project_id}/members/{member_id}", { params })),
    onSettled: again,
  });
  const mayChange = isOwner && member.role !== "owner";
  return (
    <li>
      <Group justify="space-between" wrap="nowrap" gap="sm">
        <Stack gap={0} style={{ minWidth: 0 }}>
          <Text truncate>{member.email}</Text>
          <Text size="sm" c="dimmed">
            {member.state === "invited" ? words.invited : words.roles[member.role]}
          </Text>
        </Stack>
        {mayChange && (
          <Group wrap="nowrap" gap="xs">
            {member.state === "member" && (
              <NativeSelect
                aria-label={words.roleOf(member.email)}
                data={ROLES}
                value={member.role}
                onChange={(event) => change.mutate(event.currentTarget.value as MemberRole)}
              />
            )}
            <ActionIcon
              variant="default"
              size="lg"
              aria-label={words.remove(member.email)}
              onClick={() => remove.mutate()}
              loading={remove.isPending}
            >
              <CrossIcon />
            </ActionIcon>
          </Group>
        )}
      </Group>
      {(change.error || remove.error) && <ProblemNotice error={change.error ?? remove.error} />}
    </li>
  );
}

function Invite({ project }: { project: Project }) {
  const { api } = useStudio();
  const again = useAgain(project.project_id);
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<MemberRole>("viewer");
  const [sent, setSent] = useState("");
  const params = { path: { project_id: project.project_id } };
  const invite = useMutation({
    mutationFn: () =>
      read(api.POST("/v1/projects/{project_id}/members", { params, body: { email: email.trim(), role } })),
    onSuccess: (member) => {
      setSent(words.sent(member.email));
      setEmail("");
    },
    onSettled: again,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    invite.mutate();
  };
  return (
    <Stack component="form" onSubmit={submit} gap="sm">
      <Group align="flex-end" gap="sm">
        <TextInput
          label={words.inviteEmail}
          type="email"
          required
          withAsterisk={false}
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
          style={{ flex: "1 1 12rem" }}
        />
        <NativeSelect
          label={words.role}
          data={ROLES}
          value={role}
          onChange={(event) => setRole(event.currentTarget.value as MemberRole)}
        />
        <Button type="submit" loading={invite.isPending}>
          {words.invite}
        </Button>
      </Group>
      {sent && <Text role="status">{sent}</Text>}
      {invite.error && <ProblemNotice error={invite.error} />}
    </Stack>
  );
}

function Leave({ project }: { project: Project }) {
  const { api } = useStudio();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const leave = useMutation({
    mutationFn: async () => {
      const me = await read(api.GET("/v1/auth/me"));
      const params = { path: { project_id: project.project_id, member_id: me.user_id } };
      await read(api.DELETE("/v1/projects/{project_id}/members/{member_id}", { params }));
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["projects"] });
      await navigate("/");
    },
  });
  return (
    <Stack align="flex-start">
      {leave.error && <ProblemNotice error={leave.error} />}
      <Button variant="default" onClick={() => leave.mutate()} loading={leave.isPending}>
        {words.leave}
      </Button>
    </Stack>
  );
}
