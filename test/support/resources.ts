/** Something that a test opened and that must not outlive it. */
export interface Closable {
  close(): Promise<void>;
}

const opened: Closable[] = [];

/** Hands `resource` over to `closeAll`. */
export function track<Resource extends Closable>(resource: Resource): Resource {
  opened.push(resource);
  return resource;
}

/**
 * Closes what the test opened, the last first: the hook for `afterEach`.
 *
 * @throws what a fake upstream's script threw, which otherwise nobody would see
 */
export async function closeAll(): Promise<void> {
  const failures: unknown[] = [];
  for (const resource of opened.splice(0).reverse()) {
    try {
      await resource.close();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) {
    throw new AggregateError(failures, 'closing what the test opened failed');
  }
}
