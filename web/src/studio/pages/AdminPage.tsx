import { Stack, Title } from "@mantine/core";
import type { ComponentType } from "react";
import { NavLink, Route, Routes } from "react-router";
import { strings } from "../../strings";
import { AuditTable } from "../admin/AuditTable";
import { CostTable } from "../admin/CostTable";
import { FailureList } from "../admin/FailureList";
import { HealthList } from "../admin/HealthList";
import { JobTable } from "../admin/JobTable";
import { PeopleTable } from "../admin/PeopleTable";
import { usePageTitle } from "../parts/usePageTitle";
import { NotFoundPage } from "./NotFoundPage";

const words = strings.admin;
const TABS: Record<string, ComponentType> = {
  people: PeopleTable,
  jobs: JobTable,
  costs: CostTable,
  failures: FailureList,
  audit: AuditTable,
  health: HealthList,
};

/** For those who run the studio. */
export function AdminPage() {
  usePageTitle(words.title);
  return (
    <Stack>
      <Title order={1}>{words.title}</Title>
      <nav className="tabs" aria-label={words.title}>
        {Object.keys(TABS).map((name) => (
          <NavLink key={name} to={`/admin/${name}`}>
            {words.tabs[name]}
          </NavLink>
        ))}
      </nav>
      <Routes>
        {Object.entries(TABS).map(([name, Tab]) => (
          <Route key={name} path={name} element={<Tab />} />
        ))}
        <Route path="*" element={<NotFoundPage />} />
      </Routes>
    </Stack>
  );
}
