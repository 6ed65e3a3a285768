/** The shape of the list, until it is there. */
export default function Loading() {
  return (
    <div aria-hidden className="mx-auto w-full max-w-3xl animate-pulse px-4 pt-6 sm:px-8 lg:pt-10">
      <div className="mb-6 h-8 w-40 rounded-lg bg-line/60" />
      <div className="mb-8 h-12 rounded-xl bg-line/40" />
      {["w-3/5", "w-2/5", "w-1/2", "w-2/3", "w-1/3"].map((width) => (
        <div key={width} className="flex items-center gap-3 py-3.5">
          <div className="size-5 rounded-full bg-line/60" />
          <div className={`h-4 rounded bg-line/60 ${width}`} />
        </div>
      ))}
    </div>
  );
}
