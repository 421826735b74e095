import { Stack, Title } from "@mantine/core";
import type { Me } from "../../api/client";
import { strings } from "../../strings";
import { DeletedProjects } from "../account/DeletedProjects";
import { EndAccount } from "../account/EndAccount";
import { Keys } from "../account/Keys";
import { SecondFactor } from "../account/SecondFactor";
import { UsageBars } from "../account/UsageBars";
import { Hooks } from "../account/Webhooks";
import { usePageTitle } from "../parts/usePageTitle";

/** What is somebody's own. */
export function AccountPage({ me }: { me: Me }) {
  usePageTitle(strings.account.title);
  return (
    <Stack gap="xl" maw="46rem">
      <Title order={1}>{strings.account.title}</Title>
      <UsageBars />
      <SecondFactor />
      <Keys />
      <Hooks />
      <DeletedProjects />
      <EndAccount email={me.email} />
    </Stack>
  );
}
