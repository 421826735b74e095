/** A small file, sent at once and without anybody watching. */
import { type Api, read } from "../api/client";
import { Digests } from "./digests";
import { sendMissing } from "./send";

/** The id of the upload that the file has become. Throws `ApiProblem`. */
export async function sendWhole(api: Api, project_id: string, file: File, type: string): Promise<string> {
  const begun = await read(
    api.POST("/v1/projects/{project_id}/uploads", {
      params: { path: { project_id } },
      body: { name: file.name, size: file.size, type },
    }),
  );
  const { signal } = new AbortController();
  await sendMissing(file, begun, { api, digests: new Digests(), signal, sent: () => undefined });
  const params = { path: { upload_id: begun.upload_id } };
  return (await read(api.POST("/v1/uploads/{upload_id}/complete", { params }))).upload_id;
}
