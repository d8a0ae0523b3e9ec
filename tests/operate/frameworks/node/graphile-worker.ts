// A start of an app with graphile-worker: its migrations, then a job.
import { makeWorkerUtils } from "graphile-worker";

const utils = await makeWorkerUtils({ connectionString: process.env.DATABASE_URL, schema: process.env.JOURNAL });
await utils.migrate();
await utils.addJob("mail", { to: "me" });
process.exit(0);
