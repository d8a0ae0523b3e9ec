// A start of an app with pg-boss: it makes or upgrades its schema (JOURNAL, else pgboss), then takes a job.
import { PgBoss } from "pg-boss";

const schema = process.env.JOURNAL ?? "pgboss";
const boss = new PgBoss({ connectionString: process.env.DATABASE_URL, schema, max: 2, supervise: false });
boss.on("error", console.error);
await boss.start();
await boss.createQueue("mail");
await boss.send("mail", { to: "me" });
process.exit(0);
