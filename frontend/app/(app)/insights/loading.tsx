/** The shape of the figures and the chart, until they are there. */
export default function Loading() {
  return (
    <div aria-hidden className="mx-auto w-full max-w-4xl animate-pulse px-4 pt-6 sm:px-8 lg:pt-10">
      <div className="mb-6 h-8 w-40 rounded-lg bg-line/60" />
      <div className="grid grid-cols-2 gap-3 sm:grid-cols-4">
        {[1, 2, 3, 4].map((figure) => (
          <div key={figure} className="h-20 rounded-xl bg-line/40" />
        ))}
      </div>
      <div className="mt-4 h-72 rounded-xl bg-line/40" />
    </div>
  );
}
