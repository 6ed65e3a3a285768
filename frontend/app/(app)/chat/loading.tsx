/** The shape of a conversation, until it is there. */
export default function Loading() {
  return (
    <div aria-hidden className="mx-auto w-full max-w-3xl animate-pulse px-4 pt-6 sm:px-8">
      <div className="mb-8 h-7 w-48 rounded-lg bg-line/60" />
      {["w-2/5", "w-1/2"].map((width) => (
        <div key={width} className="mb-8 space-y-4">
          <div className={`ml-auto h-10 rounded-2xl bg-line/40 ${width}`} />
          <div className="h-4 w-3/5 rounded bg-line/60" />
          <div className="h-4 w-2/5 rounded bg-line/60" />
        </div>
      ))}
    </div>
  );
}
