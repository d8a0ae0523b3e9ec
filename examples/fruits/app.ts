// A table of fruits behind a filter. twin.py is the same app for machines without Bun: change both.
import { SQL, s3, serve } from "bun";

const FRUITS = ["apple", "banana", "another-apple", "cherry", "fig", "quince"];
const LOCK = 7_240_119; // any number that this app alone uses in its database

const sql = new SQL(process.env.DATABASE_URL!, { max: 5, connectionTimeout: 10 });

// Several processes may meet an empty database at once, as in a deploy: one of them seeds, the others wait for it.
// A table that is there stays as it is, so what was deleted by hand does not come back.
async function seed(): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`SELECT pg_advisory_xact_lock(${LOCK})`;
    const [{ found }] = await tx`SELECT to_regclass('fruits') IS NOT NULL AS found`;
    if (found) return;
    await tx`CREATE TABLE fruits (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE)`;
    for (const name of FRUITS) await tx`INSERT INTO fruits (name) VALUES (${name})`;
  });
}

// Once per process; a failure is forgotten, so that a database that was late is tried again at the next request.
let seeding: Promise<void> | undefined;
function seeded(): Promise<void> {
  seeding ??= seed().catch((error) => {
    seeding = undefined;
    throw error;
  });
  return seeding;
}

// In LIKE, % and _ stand for anything and \ escapes: a visitor who types them means the characters.
const escaped = (text: string) => text.replace(/[\\%_]/g, "\\$&");

async function fruits(request: Request): Promise<Response> {
  const filter = new URL(request.url).searchParams.get("filter") ?? "";
  if (filter.includes("\0")) return Response.json({ error: "filter: no NUL, please" }, { status: 400 });
  try {
    await seeded();
    const rows = await sql`SELECT name FROM fruits WHERE name ILIKE ${`%${escaped(filter)}%`} ORDER BY id`;
    return Response.json(rows.map((row: { name: string }) => row.name));
  } catch (error) {
    console.error(`fruits: ${error}`);
    return Response.json({ error: "the database did not answer" }, { status: 500 });
  }
}

// A fruit's photo goes from the browser or the phone straight into the app's bucket: the app only signs the address.
// Bun finds the bucket by the variables S3_…, which Petbase sets with `bucket: true`.
async function photo(request: Request): Promise<Response> {
  if (!process.env.S3_BUCKET) return Response.json({ error: "this app has no bucket" }, { status: 501 });
  const fruit = (new URL(request.url).searchParams.get("fruit") ?? "").replaceAll("\0", "");
  try {
    await seeded();
    const found = await sql`SELECT 1 FROM fruits WHERE name = ${fruit}`;
    if (!found.length) return Response.json({ error: "no such fruit" }, { status: 404 });
  } catch (error) {
    console.error(`photo: ${error}`);
    return Response.json({ error: "the database did not answer" }, { status: 500 });
  }
  const method = request.method === "POST" ? "PUT" : "GET";
  const address = s3.presign(`photos/${fruit}`, { method, expiresIn: 600 });
  return method === "PUT" ? Response.json({ upload: address }) : Response.redirect(address, 302);
}

async function health(): Promise<Response> {
  try {
    await sql`SELECT 1`;
    return new Response("ok\n");
  } catch (error) {
    console.error(`health: ${error}`);
    return new Response("no database\n", { status: 503 });
  }
}

const server = serve({
  port: Number(process.env.PORT ?? 80),
  hostname: process.env.HOST ?? "0.0.0.0",
  routes: { "/": { GET: fruits }, "/photo": { GET: photo, POST: photo }, "/health": { GET: health } },
  fetch: () => new Response("not found\n", { status: 404 }),
});
console.log(`fruits (Bun ${Bun.version}) listens on ${server.hostname}:${server.port}`);

process.on("SIGTERM", async () => {
  await server.stop();
  await sql.close();
  process.exit(0);
});
