// A start of an app with drizzle-orm: its migrator, then a row. The journal's schema by JOURNAL, else drizzle's own.
import { drizzle } from "drizzle-orm/node-postgres";
import { migrate } from "drizzle-orm/node-postgres/migrator";

const db = drizzle(process.env.DATABASE_URL!);
const migrationsSchema = process.env.JOURNAL;
await migrate(db, { migrationsFolder: "drizzle", ...(migrationsSchema ? { migrationsSchema } : {}) });
await db.execute("INSERT INTO tasks (text) VALUES ('buy apples')");
process.exit(0);
