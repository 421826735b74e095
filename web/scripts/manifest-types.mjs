// Writes the types of a tour's manifest from its JSON schema; with --check, fails where they are old.
import { readFileSync, writeFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";

const target = new URL("../src/viewer/manifest.schema.d.ts", import.meta.url);
const schema = readFileSync(new URL("../../docs/manifest.schema.json", import.meta.url), "utf8");
const { $defs, $schema: _, ...manifest } = JSON.parse(schema.replaceAll("#/$defs/", "#/components/schemas/"));
const document = {
  openapi: "3.1.0",
  info: { title: "manifest.json", version: "1" },
  paths: {},
  components: { schemas: { ...$defs, Manifest: manifest } },
};
const head = "// Made from docs/manifest.schema.json by `npm run manifest`.\n";
const made = head + astToString(await openapiTS(document, { defaultNonNullable: false }));
if (!process.argv.includes("--check")) writeFileSync(target, made);
else if (readFileSync(target, "utf8") !== made) throw new Error("old manifest types: npm run manifest");
