import createClient, { type Middleware } from "openapi-fetch";
import { problemOf, unreachable } from "./problem";
import type { components, paths } from "./schema";
import type { Session } from "./session";

type Schemas = components["schemas"];
export type Job = Schemas["JobView"];
export type JobDetails = Schemas["JobDetails"];
export type JobFile = Schemas["JobFile"];
export type JobFilePage = Schemas["JobFilePage"];
export type JobStatus = Job["status"];
export type Asset = Schemas["Asset"];
export type Batch = Schemas["BatchView"];
export type ByHand = Schemas["ByHand"];
export type Budget = Schemas["Budget"];
export type Sum = Schemas["SumView"];
export type TourQuality = NonNullable<Schemas["TrainSplatsParams"]["quality"]>;
export type Me = Schemas["Me"];
export type ApiKey = Schemas["ApiKey"];
export type EverybodysJob = Schemas["EverybodysJob"];
export type CostView = Schemas["CostView"];
export type Deed = Schemas["Deed"];
export type Delivery = Schemas["Delivery"];
export type Failure = Schemas["Failure"];
export type Member = Schemas["Member"];
export type MonthCosts = Schemas["MonthCosts"];
export type Person = Schemas["Person"];
export type Usage = Schemas["Usage"];
export type Webhook = Schemas["Webhook"];
export type AssetVersion = Schemas["AssetVersion"];
export type ListedSession = Schemas["ListedSession"];
export type NewBuild = Schemas["NewBuild"];
export type ObjectShape = NonNullable<Schemas["BuildObjectParams"]["shape"]>;
export type ObjectQuality = NonNullable<Schemas["BuildObjectParams"]["quality"]>;
export type PhotoReport = Schemas["EmbedPhotoReport"];
export type SessionDetails = Schemas["SessionDetails"];
export type Priced = Schemas["Priced"];
export type Project = Schemas["Project"];
export type Published = Schemas["Published"];
export type Material = Schemas["Found"];
export type QuoteView = Schemas["QuoteView"];
export type StageView = Schemas["StageView"];
export type Tour = Schemas["ListedTour"];
export type TourDetails = Schemas["TourDetails"];
export type NewTour = Schemas["NewTour"];
export type UploadView = Schemas["UploadView"];

const OPEN_PATHS = /^\/v1\/auth\/(signup|confirm|login|refresh|password\/)/;

export type Api = ReturnType<typeof connectApi>;

/** The API with its types, signed in as whoever the session is. */
export function connectApi(session: Session) {
  const client = createClient<paths>({ baseUrl: "/", fetch: reach });
  client.use(bearerOf(session));
  return client;
}

/** The answer's data. Throws `ApiProblem` for everything else. */
export async function read<Data>(
  asked: Promise<{ data?: Data; error?: unknown; response: Response }>,
): Promise<Data> {
  const { data, error, response } = await asked;
  if (!response.ok) throw problemOf(response.status, error);
  return data as Data;
}

async function reach(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch {
    throw unreachable();
  }
}

function bearerOf(session: Session): Middleware {
  const again = new WeakMap<Request, Request>();
  return {
    async onRequest({ request, schemaPath }) {
      if (OPEN_PATHS.test(schemaPath)) return request;
      const token = await session.accessToken();
      if (token !== null) request.headers.set("Authorization", `Bearer ${token}`);
      again.set(request, request.clone());
      return request;
    },
    // A good token is refused when the server has forgotten the session: one try with a new one.
    async onResponse({ request, response }) {
      const copy = again.get(request);
      if (response.status !== 401 || copy === undefined) return response;
      session.distrust(copy.headers.get("Authorization")?.replace("Bearer ", "") ?? "");
      const token = await session.accessToken();
      if (token === null) return response;
      copy.headers.set("Authorization", `Bearer ${token}`);
      return reach(copy);
    },
  };
}
