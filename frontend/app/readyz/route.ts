export const dynamic = "force-dynamic";

/** For whoever runs this server: it answers, and which version it is. */
export function GET() {
  return Response.json({ status: "ok", version: process.env.TODO_VERSION ?? "unreleased" });
}
