import { parse } from "@std/yaml";

const ROOT = new URL("../../", import.meta.url);

/** Where a container's environment, probes and volumes are looked at. */
export interface ContainerManifest {
  readonly name: string;
  readonly env?: readonly { readonly name: string; readonly value: string }[];
  readonly startupProbe?: ProbeManifest;
  readonly livenessProbe?: ProbeManifest;
}

/** A probe whose failure ends the container. */
export interface ProbeManifest {
  /** Seconds; by default the pod's. */
  readonly terminationGracePeriodSeconds?: number;
}

/** What the tests look at of a pod. */
export interface PodManifest {
  readonly terminationGracePeriodSeconds: number;
  readonly initContainers?: readonly ContainerManifest[];
  readonly containers: readonly ContainerManifest[];
  readonly volumes: readonly {
    readonly name: string;
    readonly emptyDir?: { readonly sizeLimit?: string };
  }[];
}

/** Reads a file of the project. */
export function readProject(path: string): Promise<string> {
  return Deno.readTextFile(new URL(path, ROOT));
}

/** Reads a YAML file of the project. */
export async function readYaml(path: string): Promise<unknown> {
  return parse(await readProject(path));
}

/** The pod of a workload in `deploy/kubernetes`, or what is patched into it. */
export async function readPod(path: string): Promise<PodManifest> {
  const { spec } = await readYaml(`deploy/kubernetes/${path}`) as {
    readonly spec: { readonly template: { readonly spec: PodManifest } };
  };
  return spec.template.spec;
}

/** What the tests look at of a service of compose. */
export interface ServiceManifest {
  readonly restart: string;
  readonly environment: { readonly DRAIN_TIMEOUT?: string };
  readonly stop_grace_period: string;
}

/** The worker of `deploy/compose`. */
export async function readService(): Promise<ServiceManifest> {
  const { services } = await readYaml("deploy/compose/compose.yaml") as {
    readonly services: { readonly worker: ServiceManifest };
  };
  return services.worker;
}

/** The value of a variable of the worker. */
export function variable(
  { containers }: PodManifest,
  name: string,
): string | undefined {
  const worker = containers.find(({ name }) => name === "worker");
  return worker?.env?.find((entry) => entry.name === name)?.value;
}
