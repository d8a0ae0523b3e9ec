settled "$made"
inside postgres <<SQL || stays "the restored database could not get its name"
BEGIN;
ALTER DATABASE "$made" RENAME TO "$aside";
$(comment DATABASE "$aside" aside "$database")
COMMIT;
SQL
made=
tell aside "$aside"
