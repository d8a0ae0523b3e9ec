// What `prisma migrate deploy` does, by Prisma's own schema engine, whose build for WebAssembly is on npm; the native
// one is downloaded from a host of Prisma's when `prisma` is installed. With the word `dev`, what `migrate dev` does
// first: all migrations in a shadow database, which it makes beside the app's.
import { readFileSync } from "node:fs";
import { PrismaPg } from "@prisma/adapter-pg";
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import * as engine from "@prisma/schema-engine-wasm/schema_engine_bg";

const wasm = new URL(import.meta.resolve("@prisma/schema-engine-wasm/schema_engine_bg").replace("bg.js", "bg.wasm"));
const { instance } = await WebAssembly.instantiate(readFileSync(wasm), { "./schema_engine_bg.js": engine as any });
engine.__wbg_set_wasm(instance.exports);
(instance.exports as any).__wbindgen_start();

const url = new URL(process.env.DATABASE_URL!);
const schema = url.searchParams.get("schema") ?? "public";
url.search = "";
const factory = new PrismaPg({ connectionString: url.href }, { schema });

const model = `datasource db { provider = "postgresql" }
model Task { id Int @id @default(autoincrement()) text String }`;
const sql = `CREATE TABLE "Task" ("id" SERIAL NOT NULL, "text" TEXT NOT NULL, CONSTRAINT "Task_pkey" PRIMARY KEY ("id"));`;
const migrationFile = { path: "migration.sql", content: { tag: "ok", value: sql } };
const input = {
  migrationsList: {
    baseDir: "/migrations",
    lockfile: { path: "migration_lock.toml", content: 'provider = "postgresql"\n' },
    shadowDbInitScript: "",
    migrationDirectories: [{ path: "20260101000000_tasks", migrationFile }],
  },
  filters: { externalTables: [], externalEnums: [] },
} as any;
const adapter = bindMigrationAwareSqlAdapterFactory(factory);
const migrate = await engine.SchemaEngine.new({ datamodels: [["schema.prisma", model]] }, () => {}, adapter);
if (process.argv[2] === "dev") {
  console.log((await migrate.devDiagnostic(input)).action.tag);
} else {
  await migrate.applyMigrations(input);
  const connection = await factory.connect();
  await connection.executeScript(`INSERT INTO "Task" ("text") VALUES ('buy apples')`);
}
process.exit(0);
