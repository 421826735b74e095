import {
  Anchor,
  Button,
  Container,
  Group,
  PasswordInput,
  Stack,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { read } from "../../api/client";
import { asProblem } from "../../api/problem";
import { strings } from "../../strings";
import { Logo } from "../icons";
import { ProblemNotice } from "../parts/ProblemNotice";
import { usePageTitle } from "../parts/usePageTitle";
import { useStudio } from "../studio";

type Step = "logIn" | "second" | "signUp" | "confirm" | "forgot" | "reset";
const words = strings.auth;
const TITLES: Record<Step, string> = {
  logIn: words.logInTitle,
  second: words.secondTitle,
  signUp: words.signUpTitle,
  confirm: words.confirmTitle,
  forgot: words.forgotTitle,
  reset: words.forgotTitle,
};

/** From a stranger to somebody who is signed in, in small steps. */
export function AuthPage() {
  const { api, session } = useStudio();
  const [step, setStep] = useState<Step>("logIn");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [said, setSaid] = useState("");
  usePageTitle(TITLES[step]);
  const go = (next: Step, saying = "") => {
    setStep(next);
    setSaid(saying);
    setCode("");
    if (next === "reset") setPassword("");
    act.reset();
  };

  const logIn = async () =>
    session.begin(await read(api.POST("/v1/auth/login", { body: { email, password, second_factor: code } })));
  const acts: Record<Step, () => Promise<unknown>> = {
    logIn,
    second: logIn,
    signUp: async () => {
      await read(api.POST("/v1/auth/signup", { body: { email, password } }));
      go("confirm", words.confirmText(email.trim()));
    },
    confirm: async () => {
      await read(api.POST("/v1/auth/confirm", { body: { email, code } }));
      if (password) return logIn();
      return go("logIn");
    },
    forgot: async () => {
      await read(api.POST("/v1/auth/password/reset", { body: { email } }));
      go("reset", words.resetText(email.trim()));
    },
    reset: async () => {
      await read(api.POST("/v1/auth/password/reset/confirm", { body: { email, code, password } }));
      go("logIn", words.passwordSet);
    },
  };
  const act = useMutation({
    mutationFn: () => acts[step](),
    onError: (error) => {
      const { code: problem } = asProblem(error);
      if (problem === "not_confirmed") go("confirm", words.confirmText(email.trim()));
      if (problem === "second_factor_needed") go("second", strings.account.second.needed);
    },
  });

  const submit = (event: FormEvent) => {
    event.preventDefault();
    act.mutate();
  };
  const emailField = <EmailField value={email} set={setEmail} />;
  const codeField = <CodeField value={code} set={setCode} />;
  const passwordField = (isNew: boolean, label: string) => (
    <PasswordField value={password} set={setPassword} isNew={isNew} label={label} />
  );
  const forms: Record<Step, ReactNode> = {
    logIn: (
      <>
        {emailField}
        {passwordField(false, words.password)}
        <Button type="submit" loading={act.isPending}>
          {words.logIn}
        </Button>
        <Group justify="space-between">
          <LinkButton onClick={() => go("signUp")}>{words.noAccount}</LinkButton>
          <LinkButton onClick={() => go("forgot")}>{words.forgot}</LinkButton>
        </Group>
      </>
    ),
    second: (
      <>
        {codeField}
        <Button type="submit" loading={act.isPending}>
          {words.logIn}
        </Button>
        <LinkButton onClick={() => go("logIn")}>{strings.back}</LinkButton>
      </>
    ),
    signUp: (
      <>
        {emailField}
        {passwordField(true, words.password)}
        <Button type="submit" loading={act.isPending}>
          {words.signUp}
        </Button>
        <LinkButton onClick={() => go("logIn")}>{words.haveAccount}</LinkButton>
      </>
    ),
    confirm: (
      <>
        {codeField}
        <Button type="submit" loading={act.isPending}>
          {words.confirm}
        </Button>
        <LinkButton onClick={() => go("logIn")}>{strings.back}</LinkButton>
      </>
    ),
    forgot: (
      <>
        <Text>{words.forgotText}</Text>
        {emailField}
        <Button type="submit" loading={act.isPending}>
          {words.sendCode}
        </Button>
        <LinkButton onClick={() => go("logIn")}>{strings.back}</LinkButton>
      </>
    ),
    reset: (
      <>
        {codeField}
        {passwordField(true, words.newPassword)}
        <Button type="submit" loading={act.isPending}>
          {words.setPassword}
        </Button>
        <LinkButton onClick={() => go("logIn")}>{strings.back}</LinkButton>
      </>
    ),
  };
  return (
    <Container component="main" size={420} py="clamp(2rem, 12vh, 8rem)">
      <Group gap="sm" mb={4}>
        <Logo size={36} />
        <Text fw={700} size="xl">
          {strings.product}
        </Text>
      </Group>
      <Text c="dimmed" mb="xl">
        {strings.tagline}
      </Text>
      <Stack className="card" p="lg" style={{ overflow: "visible" }}>
        <Title order={1} fz="1.35rem">
          {TITLES[step]}
        </Title>
        {said && <Text role="status">{said}</Text>}
        {(step === "confirm" || step === "reset") && <WhereMailLies />}
        {act.error && <ProblemNotice error={act.error} />}
        <Stack component="form" onSubmit={submit} gap="md">
          {forms[step]}
        </Stack>
      </Stack>
    </Container>
  );
}

function WhereMailLies() {
  const { outbox } = useStudio().config;
  if (!outbox) return null;
  return (
    <Text size="sm" className="notice" style={{ overflowWrap: "anywhere" }}>
      {words.outbox(outbox)}
    </Text>
  );
}

interface FieldProps {
  readonly value: string;
  readonly set: (value: string) => void;
}

function EmailField({ value, set }: FieldProps) {
  return (
    <TextInput
      label={words.email}
      type="email"
      autoComplete="username"
      required
      withAsterisk={false}
      value={value}
      onChange={(event) => set(event.currentTarget.value)}
    />
  );
}

function PasswordField({ value, set, isNew, label }: FieldProps & { isNew: boolean; label: string }) {
  return (
    <PasswordInput
      label={label}
      {...(isNew ? { description: words.passwordHint } : {})}
      autoComplete={isNew ? "new-password" : "current-password"}
      required
      withAsterisk={false}
      value={value}
      onChange={(event) => set(event.currentTarget.value)}
    />
  );
}

function CodeField({ value, set }: FieldProps) {
  return (
    <TextInput
      label={words.code}
      inputMode="numeric"
      autoComplete="one-time-code"
      required
      withAsterisk={false}
      data-autofocus
      value={value}
      onChange={(event) => set(event.currentTarget.value)}
    />
  );
}

function LinkButton({ onClick, children }: { onClick: () => void; children: ReactNode }) {
  return (
    <Anchor component="button" type="button" size="sm" onClick={onClick} ta="left">
      {children}
    </Anchor>
  );
}
