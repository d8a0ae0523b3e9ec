// A to-do list. GET / lists it, newest first; POST / adds a task, its text the body; POST /ID/done ticks one off.
import { type BunRequest, serve } from "bun";
import { desc, eq, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/bun-sql";
import { migrate } from "drizzle-orm/bun-sql/migrator";
import { tasks } from "./schema";

const LONGEST = 10_000; // characters
const LISTED = 100; // tasks
const LOCK = 5_120_336; // any number that means "tasks migrates"

const db = drizzle({ connection: { url: process.env.DATABASE_URL!, max: 5, connectionTimeout: 10 } });

// Before it listens: a release whose migrations fail never serves. Which ran is noted in a separate schema, which is
// named after the app, since another app with drizzle could have the name that is drizzle's default. Processes that
// start at once take turns.
async function migrated(): Promise<void> {
  const alone = drizzle({ connection: { url: process.env.DATABASE_URL!, max: 1, connectionTimeout: 10 } });
  await alone.execute(sql`SELECT pg_advisory_lock(${sql.raw(String(LOCK))}, hashtext(current_schema()))`);
  await migrate(alone, { migrationsFolder: `${import.meta.dir}/drizzle`, migrationsSchema: "tasks_drizzle" });
  await alone.$client.close();
}

// A failure is logged, and says nothing to the visitor.
async function answered(ask: () => Promise<Response>): Promise<Response> {
  try {
    return await ask();
  } catch (error) {
    console.error(`tasks: ${error instanceof Error ? (error.cause ?? error) : error}`);
    return Response.json({ error: "the database did not answer" }, { status: 500 });
  }
}

async function list(): Promise<Response> {
  return Response.json(await db.select().from(tasks).orderBy(desc(tasks.id)).limit(LISTED));
}

async function add(request: Request): Promise<Response> {
  const text = (await request.text()).trim();
  if (!text || text.length > LONGEST || text.includes("\0")) {
    return Response.json({ error: `a task has 1 to ${LONGEST} characters, and no NUL` }, { status: 400 });
  }
  const [added] = await db.insert(tasks).values({ text }).returning({ id: tasks.id });
  return Response.json(added, { status: 201 });
}

async function tick(request: BunRequest<"/:id/done">): Promise<Response> {
  const id = /^\d{1,9}$/.test(request.params.id) ? Number(request.params.id) : 0;
  const found = await db.update(tasks).set({ done: true }).where(eq(tasks.id, id)).returning({ id: tasks.id });
  return found.length ? Response.json(found[0]) : Response.json({ error: "no such task" }, { status: 404 });
}

async function health(): Promise<Response> {
  await db.execute(sql`SELECT 1`);
  return new Response("ok\n");
}

await migrated();
const server = serve({
  port: Number(process.env.PORT ?? 80),
  hostname: process.env.HOST ?? "0.0.0.0",
  routes: {
    "/": { GET: () => answered(list), POST: (request) => answered(() => add(request)) },
    "/:id/done": { POST: (request) => answered(() => tick(request)) },
    "/health": { GET: () => answered(health) },
  },
  fetch: () => new Response("not found\n", { status: 404 }),
});
console.log(`tasks (Bun ${Bun.version}) listens on ${server.hostname}:${server.port}`);

process.on("SIGTERM", async () => {
  await server.stop();
  await db.$client.close();
  process.exit(0);
});
