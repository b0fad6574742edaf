ALTER TABLE "executions" ADD COLUMN "admitted_at" timestamp (3) with time zone;--> statement-breakpoint
CREATE INDEX "executions_live" ON "executions" USING btree ("user_id") WHERE status in ('queued', 'running');--> statement-breakpoint
UPDATE "executions" SET "admitted_at" = "created_at" WHERE status in ('queued', 'running');
