/**
 * Runs steps at the same time: for those that wait, most of their time. What
 * one of them leaves running fails the test around them.
 */
export async function sideBySide(
  t: Deno.TestContext,
  steps: Readonly<Record<string, () => Promise<void>>>,
): Promise<void> {
  await Promise.all(
    Object.entries(steps).map(([name, fn]) =>
      // Deno watches one step at a time.
      t.step({
        name,
        fn,
        sanitizeOps: false,
        sanitizeResources: false,
        sanitizeExit: false,
      })
    ),
  );
}
