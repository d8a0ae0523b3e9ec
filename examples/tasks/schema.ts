// After a change: bun run generate, which writes the next migration into drizzle/.
import { boolean, pgTable, serial, text, timestamp } from "drizzle-orm/pg-core";

export const tasks = pgTable("tasks", {
  id: serial().primaryKey(),
  text: text().notNull(),
  done: boolean().notNull().default(false),
  made: timestamp({ withTimezone: true }).notNull().defaultNow(),
});
