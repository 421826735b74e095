import { ActionIcon, Anchor, Container, Group, Menu, Text, useMantineColorScheme } from "@mantine/core";
import { type ReactNode, useEffect, useRef } from "react";
import { Link, useLocation } from "react-router";
import type { Me } from "../../api/client";
import { strings } from "../../strings";
import { CheckIcon, Logo, PersonIcon } from "../icons";
import { useStudio } from "../studio";

/** What is around every page: the name, the account, the way to the content. */
export function Frame({ me, children }: { me: Me; children: ReactNode }) {
  const main = useFocusOnNewPage();
  return (
    <>
      <Anchor href="#content" className="skip">
        {strings.skipToContent}
      </Anchor>
      <Container component="header" size="lg" py="sm">
        <Group justify="space-between">
          <Anchor component={Link} to="/" underline="never" c="inherit">
            <Group gap="xs">
              <Logo />
              <Text fw={700} size="lg">
                {strings.product}
              </Text>
            </Group>
          </Anchor>
          <Group gap="md">
            <Anchor component={Link} to="/jobs" c="inherit">
              {strings.jobList.title}
            </Anchor>
            <AccountMenu me={me} />
          </Group>
        </Group>
      </Container>
      <Container component="main" ref={main} id="content" tabIndex={-1} size="lg" py="md" pb="4rem">
        {children}
      </Container>
    </>
  );
}

/** Whoever reads by ear or by keyboard begins at the content of the new page. */
function useFocusOnNewPage() {
  const main = useRef<HTMLDivElement>(null);
  const { pathname } = useLocation();
  const shown = useRef(pathname);
  useEffect(() => {
    if (shown.current !== pathname) main.current?.focus();
    shown.current = pathname;
  }, [pathname]);
  return main;
}

function AccountMenu({ me }: { me: Me }) {
  const { api, session, config } = useStudio();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const leave = async () => {
    // Where the studio does not answer, this browser forgets the session all the same.
    await api.POST("/v1/auth/logout").catch(() => undefined);
    session.end();
  };
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <ActionIcon variant="default" size="lg" radius="xl" aria-label={strings.auth.accountOf(me.email)}>
          <PersonIcon />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label c="dimmed">{me.email}</Menu.Label>
        <Menu.Item component={Link} to="/account">
          {strings.account.title}
        </Menu.Item>
        {me.is_admin && (
          <Menu.Item component={Link} to="/admin/people">
            {strings.admin.title}
          </Menu.Item>
        )}
        {me.is_admin && config.outbox && (
          <Menu.Item component={Link} to="/letters">
            {strings.letters.title}
          </Menu.Item>
        )}
        <Menu.Divider />
        <Menu.Label c="dimmed">{strings.theme.label}</Menu.Label>
        {(["light", "dark", "auto"] as const).map((scheme) => (
          <Menu.Item
            key={scheme}
            onClick={() => setColorScheme(scheme)}
            rightSection={scheme === colorScheme && <CheckIcon />}
            aria-current={scheme === colorScheme}
          >
            {strings.theme[scheme]}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={() => void leave()}>{strings.auth.signOut}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
