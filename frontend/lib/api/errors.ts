import type { Problem } from "./types";

/** A refusal of the backend, RFC 9457. */
export class ApiError extends Error {
  readonly status: number;
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail ?? problem.title);
    this.status = problem.status;
    this.problem = problem;
  }

  /** What is wrong with one field of the input. */
  reason(field: string): string | undefined {
    return this.problem.errors?.find((error) => error.field === field)?.reason;
  }
}

type Answer<Data> = { data?: Data; error?: unknown; response: Response };

/** The data of an answer; throws `ApiError` for a refusal, whoever on the way it comes from. */
export async function dataOf<Data>(answering: Promise<Answer<Data>>): Promise<Data> {
  const { data, error, response } = await answering;
  if (response.ok) return data as Data;
  throw new ApiError(
    isProblem(error) ? error : { type: "about:blank", title: response.statusText, status: response.status },
  );
}

function isProblem(value: unknown): value is Problem {
  return typeof value === "object" && value !== null && "status" in value && "title" in value;
}
